// Status message: the state and its cause, then the facts. Pure.
import { plural } from '../../../src/kernel/text.ts';
import { guidanceText } from '../../../src/kernel/guidance.ts';
import { commandButton, commandCode } from '../../../src/slack/messages/commands.ts';
import type { GatewayStatus } from './notifier.ts';
import {
  type Message,
  actions,
  context,
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
  nothing,
} from '../../../src/slack/messages/mrkdwn.ts';

export const stateLabels = {
  ready: { mark: ':white_check_mark:', words: 'ready' },
  degraded: { mark: ':warning:', words: 'degraded' },
  provisioning: { mark: ':hourglass_flowing_sand:', words: 'provisioning in progress' },
  absent: { mark: ':white_circle:', words: 'not provisioned' },
  unknown: { mark: ':grey_question:', words: 'state unknown' },
} as const satisfies Record<GatewayStatus['state'], { mark: string; words: string }>;

const tearingDown = { mark: ':hourglass_flowing_sand:', words: 'teardown in progress' } as const;

/** The active run is the last one. */
const labelOf = ({ state, lastRun }: Pick<GatewayStatus, 'state' | 'lastRun'>) =>
  state === 'provisioning' && lastRun?.runbook === 'teardown' ? tearingDown : stateLabels[state];

/** `Ready`, as a line begins. */
export const asTitle = (words: string): Mrkdwn =>
  escapeText(`${words.charAt(0).toUpperCase()}${words.slice(1)}`);

/** If too little could be read, the missing part may exist. */
export const labelUnless = <Words extends string>(
  { state }: Pick<GatewayStatus, 'state'>,
  words: Words,
): Words | 'unknown' => (state === 'unknown' ? 'unknown' : words);

/** Two lines: the state with its cause, then the facts. */
export function statusMessage(status: GatewayStatus, job: string): Message {
  const { gateway } = status;
  const { mark, words } = labelOf(status);
  const cause =
    status.cause === undefined ? '' : mrkdwn` ${escapeText(guidanceText(status.cause, gateway))}`;
  return {
    text: mrkdwn`Status of ${escapeText(gateway)}: ${words}.${cause}`,
    blocks: [
      section(
        joined(
          [
            mrkdwn`${mark} ${code(gateway)} · *${asTitle(words)}.*${cause}`,
            joined(factsOf(status), ' · '),
          ],
          '\n',
        ),
      ),
      actions([commandButton('Refresh', 'status', gateway)]),
      context(mrkdwn`${nextOf(status)}${lastRunText(status)} · ${escapeText(job)}`),
    ],
    mark: outcome('ok', job),
  };
}

function factsOf(status: GatewayStatus): Mrkdwn[] {
  const { endpoint, model, pods, provenAt, keys } = status;
  return [
    endpoint === undefined ? mrkdwn`Endpoint ${labelUnless(status, 'none')}` : code(endpoint),
    code(model),
    pods === undefined
      ? mrkdwn`Model servers ${labelUnless(status, 'none')}`
      : mrkdwn`${pods.ready} of ${pods.desired} model servers ready`,
    provenAt === undefined
      ? mrkdwn`Protection ${labelUnless(status, 'not verified')}`
      : mrkdwn`Protection verified ${moment(provenAt)}`,
    keys === undefined ? mrkdwn`Keys unknown` : escapeText(plural(keys, 'key')),
    ...leaseFacts(status.lease),
  ];
}

function leaseFacts(lease: GatewayStatus['lease']): Mrkdwn[] {
  if (lease === undefined) return [];
  if (lease.ending !== undefined)
    return [mrkdwn`Lease ended, run ${code(lease.ending)} tears it down`];
  return [mrkdwn`Lease ends ${moment(lease.until)}, then it is torn down`];
}

function lastRunText({ lastRun }: GatewayStatus): Mrkdwn {
  return lastRun === undefined
    ? nothing
    : mrkdwn` · Last run ${code(lastRun.id)} ${escapeText(lastRun.status)} ${moment(lastRun.at)}`;
}

function nextOf({ state, gateway }: GatewayStatus): Mrkdwn {
  switch (state) {
    case 'ready':
      return mrkdwn`Next: ${commandCode('key', gateway)}, then ${commandCode('ask PROMPT', gateway)}`;
    case 'degraded':
      return mrkdwn`Next: An operator runs ${commandCode('doctor', gateway)} to find and repair the cause`;
    case 'provisioning':
      return mrkdwn`Next: Follow the run's card, or run ${commandCode('jobs')}`;
    case 'absent':
      return mrkdwn`Next: An operator runs ${commandCode('provision', gateway)}`;
    case 'unknown':
      return mrkdwn`Next: Refresh in a minute`;
  }
}
