// Active run of a gateway, and the refusal that names it.
import { commandCode } from '../messages/commands.ts';
import type { RunState } from '../../engine/journal.ts';
import type { RunStore } from '../../engine/run-store.ts';
import { type Message, outcome, section } from '../messages/message.ts';
import { mrkdwn, code, moment, mention, channelLink } from '../messages/mrkdwn.ts';

/** The unfinished run that locks the gateway, if any. */
export async function activeRunOf(store: RunStore, target: string): Promise<RunState | undefined> {
  const active = await store.activeRun(target);
  return active === undefined ? undefined : (await store.read(active))?.state;
}

export function lockedMessage(active: RunState, job: string): Message {
  const { runId, by, target } = active.request;
  const text = mrkdwn`${code(target)} is locked by run ${code(runId)} (${active.status}), started by ${mention(by.user)} ${moment(active.startedAt)} in ${channelLink(by.channel)}.`;
  return {
    text: mrkdwn`Gateway locked: ${text} Nothing was started.`,
    blocks: [
      section(mrkdwn`:no_entry: *Gateway locked.* ${text} Nothing was started.`),
      section(
        mrkdwn`*Next:* Wait for the run to end, or stop it with ${commandCode(`cancel ${runId}`)}.`,
      ),
    ],
    mark: outcome('refused', job),
  };
}
