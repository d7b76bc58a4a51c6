// The refusal while another run is at work on the gateway. Pure.
import type { RunState } from '../../src/engine/journal.ts';
import { aboutGateway } from '../../src/slack/messages/about-gateway.ts';
import { type Message, outcome, section } from '../../src/slack/messages/message.ts';
import { mrkdwn, code, moment, mention, channelLink } from '../../src/slack/messages/mrkdwn.ts';

export function lockedMessage(holder: RunState, job: string): Message {
  const { runId, by, target } = holder.request;
  const text = mrkdwn`The run ${code(runId)} holds the gateway ${code(target)}: started by ${mention(by.user)} ${moment(holder.startedAt)} in ${channelLink(by.channel)}, and ${holder.status}.`;
  return aboutGateway(target, {
    text: mrkdwn`${text} Nothing was started.`,
    blocks: [
      section(mrkdwn`:no_entry: *Not now.* ${text} Nothing was started.`),
      section(
        mrkdwn`*Next:* wait for its card, or stop it with ${code(`/llmgw cancel ${runId}`)}.`,
      ),
    ],
    mark: outcome('refused', job),
  });
}
