// The refusal while another run is at work on the gateway. Pure.
import type { RunState } from '../../runbook/journal.ts';
import { moment } from '../slack-text.ts';
import { aboutGateway } from './about-gateway.ts';
import { type Message, outcome, section } from './message.ts';

export function lockedMessage(holder: RunState, job: string): Message {
  const { runId, by, target } = holder.request;
  const text = `The run \`${runId}\` holds the gateway \`${target}\`: started by <@${by.user}> ${moment(holder.startedAt)} in <#${by.channel}>, and ${holder.status}.`;
  return aboutGateway(target, {
    text: `${text} Nothing was started.`,
    blocks: [
      section(`:no_entry: *Not now.* ${text} Nothing was started.`),
      section(`*Next:* wait for its card, or stop it with \`/llmgw cancel ${runId}\`.`),
    ],
    mark: outcome('refused', job),
  });
}
