// How a gateway stands, in one message. Pure.
import type { GatewayStatus } from '../../../jobs/audience.ts';
import { code, escapeText, moment } from '../slack-text.ts';
import { aboutGateway } from './about-gateway.ts';
import { type Message, actions, context, header, outcome, section } from './message.ts';

export const stateWords = {
  ready: { mark: ':white_check_mark:', words: 'ready' },
  degraded: { mark: ':warning:', words: 'degraded' },
  provisioning: { mark: ':hourglass_flowing_sand:', words: 'being provisioned' },
  absent: { mark: ':white_circle:', words: 'absent' },
  unknown: { mark: ':grey_question:', words: 'unknown' },
} as const satisfies Record<GatewayStatus['state'], { mark: string; words: string }>;

export function statusMessage(status: GatewayStatus, job: string): Message {
  const { mark, words } = stateWords[status.state];
  const { pods, lastRun } = status;
  const facts = [
    `*Endpoint:* ${status.endpoint === undefined ? 'none' : code(status.endpoint)}`,
    `*Model:* ${code(status.model)}`,
    `*Model servers:* ${pods === undefined ? 'none' : `${pods.ready} of ${pods.wanted} ready`}`,
    `*Protection:* ${status.provenAt === undefined ? 'not proven' : `proven ${moment(status.provenAt)}`}`,
    `*Keys:* ${status.keys ?? 'not known'}`,
    ...leaseFacts(status.lease),
    `*Last run:* ${
      lastRun === undefined
        ? 'none'
        : `\`${lastRun.id}\` ${escapeText(lastRun.status)}, ${moment(lastRun.at)}`
    }`,
  ];
  const cause = status.cause === undefined ? '' : ` ${escapeText(status.cause)}`;
  return aboutGateway(status.gateway, {
    text: `The gateway ${status.gateway} is ${words}.${status.cause === undefined ? '' : ` ${status.cause}`}`,
    blocks: [
      header(`Gateway ${status.gateway}`),
      section(`${mark} *${words[0]?.toUpperCase()}${words.slice(1)}.*${cause}`),
      section(facts.join('\n')),
      actions([{ label: 'Refresh', action: 'command.status', value: 'status' }]),
      context(`${nextOf(status.state)} · ${job}`),
    ],
    mark: outcome('ok', job),
  });
}

function leaseFacts(lease: GatewayStatus['lease']): string[] {
  if (lease === undefined) return [];
  if (lease.ending !== undefined)
    return [`*Lease:* over, the run ${code(lease.ending)} tears it down`];
  return [`*Lease:* it stands until ${moment(lease.until)}, then it is torn down`];
}

function nextOf(state: GatewayStatus['state']): string {
  switch (state) {
    case 'ready':
      return 'Next: `/llmgw key`, then `/llmgw ask PROMPT`';
    case 'degraded':
      return 'Next: an operator types `/llmgw provision`, which mends what drifted';
    case 'provisioning':
      return 'Next: its card shows each step; `/llmgw jobs` names it';
    case 'absent':
      return 'Next: an operator types `/llmgw provision`';
    case 'unknown':
      return 'Next: try again in a minute';
  }
}
