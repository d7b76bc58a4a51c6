// Another run is at work on the gateway: which one, and the refusal that names it.
import { commandCode } from '../messages/commands.ts';
import type { RunState } from '../../engine/journal.ts';
import type { RunStore } from '../../engine/run-store.ts';
import { type Message, outcome, section } from '../messages/message.ts';
import { mrkdwn, code, moment, mention, channelLink } from '../messages/mrkdwn.ts';

/** The unfinished run that holds the gateway, if any. */
export async function activeRunOf(store: RunStore, target: string): Promise<RunState | undefined> {
  const holder = await store.activeRun(target);
  return holder === undefined ? undefined : (await store.read(holder))?.state;
}

export function lockedMessage(holder: RunState, job: string): Message {
  const { runId, by, target } = holder.request;
  const text = mrkdwn`The run ${code(runId)} holds the gateway ${code(target)}: started by ${mention(by.user)} ${moment(holder.startedAt)} in ${channelLink(by.channel)}, and ${holder.status}.`;
  return {
    text: mrkdwn`${text} Nothing was started.`,
    blocks: [
      section(mrkdwn`:no_entry: *Not now.* ${text} Nothing was started.`),
      section(
        mrkdwn`*Next:* wait for its card, or stop it with ${commandCode(`cancel ${runId}`)}.`,
      ),
    ],
    mark: outcome('refused', job),
  };
}
