// How a gateway stands, in one message. Pure.
import { guidanceText } from '../../../src/kernel/guidance.ts';
import { commandButton, commandCode } from '../../../src/slack/messages/commands.ts';
import type { GatewayStatus } from './notifier.ts';
import {
  type Message,
  actions,
  context,
  header,
  outcome,
  section,
} from '../../../src/slack/messages/message.ts';
import {
  type Mrkdwn,
  mrkdwn,
  escapeText,
  code,
  moment,
  joined,
} from '../../../src/slack/messages/mrkdwn.ts';

export const stateLabels = {
  ready: { mark: ':white_check_mark:', words: 'ready' },
  degraded: { mark: ':warning:', words: 'degraded' },
  provisioning: { mark: ':hourglass_flowing_sand:', words: 'being provisioned' },
  absent: { mark: ':white_circle:', words: 'absent' },
  unknown: { mark: ':grey_question:', words: 'unknown' },
} as const satisfies Record<GatewayStatus['state'], { mark: string; words: string }>;

const tearingDown = { mark: ':hourglass_flowing_sand:', words: 'being torn down' } as const;

/** The run at work is the last one: it builds the gateway or takes it away. */
const labelOf = ({ state, lastRun }: Pick<GatewayStatus, 'state' | 'lastRun'>) =>
  state === 'provisioning' && lastRun?.runbook === 'teardown' ? tearingDown : stateLabels[state];

/** While too little could be read, what is missing may be there all the same. */
export const labelUnless = <Words extends string>(
  { state }: Pick<GatewayStatus, 'state'>,
  words: Words,
): Words | 'not known' => (state === 'unknown' ? 'not known' : words);

export function statusMessage(status: GatewayStatus, job: string): Message {
  const { mark, words } = labelOf(status);
  const { pods, lastRun } = status;
  const facts = [
    mrkdwn`*Endpoint:* ${status.endpoint === undefined ? labelUnless(status, 'none') : code(status.endpoint)}`,
    mrkdwn`*Model:* ${code(status.model)}`,
    mrkdwn`*Model servers:* ${pods === undefined ? labelUnless(status, 'none') : mrkdwn`${pods.ready} of ${pods.desired} ready`}`,
    mrkdwn`*Protection:* ${status.provenAt === undefined ? labelUnless(status, 'not proven') : mrkdwn`proven ${moment(status.provenAt)}`}`,
    mrkdwn`*Keys:* ${status.keys ?? 'not known'}`,
    ...leaseFacts(status.lease),
    mrkdwn`*Last run:* ${
      lastRun === undefined
        ? 'none'
        : mrkdwn`${code(lastRun.id)} ${escapeText(lastRun.status)}, ${moment(lastRun.at)}`
    }`,
  ];
  const cause =
    status.cause === undefined
      ? ''
      : mrkdwn` ${escapeText(guidanceText(status.cause, status.gateway))}`;
  return {
    text: mrkdwn`The gateway ${escapeText(status.gateway)} is ${words}.${cause}`,
    blocks: [
      header(`Gateway ${status.gateway}`),
      section(
        mrkdwn`${mark} *${escapeText(`${words[0]?.toUpperCase()}${words.slice(1)}`)}.*${cause}`,
      ),
      section(joined(facts, '\n')),
      actions([commandButton('Refresh', 'status', status.gateway)]),
      context(mrkdwn`${nextOf(status)} · ${escapeText(job)}`),
    ],
    mark: outcome('ok', job),
  };
}

function leaseFacts(lease: GatewayStatus['lease']): Mrkdwn[] {
  if (lease === undefined) return [];
  if (lease.ending !== undefined)
    return [mrkdwn`*Lease:* over, the run ${code(lease.ending)} tears it down`];
  return [mrkdwn`*Lease:* it stands until ${moment(lease.until)}, then it is torn down`];
}

function nextOf({ state, gateway }: GatewayStatus): Mrkdwn {
  switch (state) {
    case 'ready':
      return mrkdwn`Next: ${commandCode('key', gateway)}, then ${commandCode('ask PROMPT', gateway)}`;
    case 'degraded':
      return mrkdwn`Next: an operator types ${commandCode('provision', gateway)}, which mends what drifted`;
    case 'provisioning':
      return mrkdwn`Next: its card shows each step; ${commandCode('jobs')} names it`;
    case 'absent':
      return mrkdwn`Next: an operator types ${commandCode('provision', gateway)}`;
    case 'unknown':
      return mrkdwn`Next: try again in a minute`;
  }
}
