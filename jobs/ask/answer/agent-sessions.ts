// Agent sessions: the thread status and Stop button that Slack shows for agents.
import { toFault } from '../../../src/kernel/errors.ts';
import type { Log } from '../../../src/kernel/log.ts';
import type { CallBudget } from '../../../src/slack/send/call-budget.ts';
import type { SlackApi } from '../../../src/slack/send/clients.ts';
import { refusesWorkspace } from '../../../src/slack/send/slack-faults.ts';
import { whenAdmitted } from '../../../src/slack/send/messenger.ts';
import type { Place, SlackMemory } from '../../../src/slack/send/slack-memory.ts';

export interface AgentSessions {
  /** Marks the thread as in progress. Best effort: an answer never waits for it or fails with it. */
  begin(thread: Place, job: string): Promise<void>;
  /** Starts a session with Slack's own Stop button for a stream of this job in the thread. */
  noteStream(thread: Place, job: string): Promise<void>;
  /** Ends the session. Repeatable. @throws transient faults: the thread shows as busy until a later call succeeds. */
  end(job: string): Promise<void>;
}

export interface AgentSessionParts {
  readonly api: SlackApi;
  readonly budget: CallBudget;
  readonly memory: SlackMemory;
  readonly log: Log;
}

/** Slack's tier 3 allows 50 calls a minute, and each started session must end. */
const beginsAMinute = 20;
const askedAgainAfterMs = 600_000;

export function createAgentSessions({
  api,
  budget,
  memory,
  log,
}: AgentSessionParts): AgentSessions {
  const state = { offUntil: 0 };
  const set = async ({ channel, ts }: Place, status: 'processing' | 'active'): Promise<void> => {
    const args = { channel_id: channel, thread_ts: ts, status };
    await api.call('sessions', 'agents.sessions.setStatus', args, 'set the thread status');
  };
  const quietly = async (
    job: string,
    work: () => Promise<void>,
    mustEnd = false,
  ): Promise<void> => {
    try {
      await work();
    } catch (error) {
      if (mustEnd && toFault(error).kind === 'transient') throw error;
      if (refusesWorkspace(error)) state.offUntil = performance.now() + askedAgainAfterMs;
      log.info({ job, code: toFault(error).code }, 'the thread shows no status');
    }
  };
  return {
    begin: async (thread, job) => {
      if (performance.now() < state.offUntil) return;
      if (!(await budget.reserve('sessions', beginsAMinute))) return;
      await memory.saveSession(thread, job);
      await quietly(job, () => set(thread, 'processing'));
    },
    noteStream: (thread, job) => memory.saveSession(thread, job),
    end: async (job) => {
      const thread = await memory.sessionOf(job);
      if (thread === undefined) return;
      // Another question of the thread may be in progress by now.
      const isOwn = (await memory.session(thread)) === job;
      if (isOwn && performance.now() >= state.offUntil) {
        await quietly(job, () => whenAdmitted(() => set(thread, 'active')), true);
      }
      // Last: after a crash the thread's status is set again.
      await memory.endSession(thread, job);
    },
  };
}
