// Notifier that records messages of a job, for the outbox to send afterwards.
import { toFault } from '../src/kernel/errors.ts';
import { deferJob } from '../src/kernel/not-yet.ts';
import { isStoreCode } from '../src/kernel/store-faults.ts';
import type { Addressee } from '../src/job/addressee.ts';
import type { Telling } from '../src/job/job.ts';
import { mask } from '../src/kernel/redaction.ts';
import type { AnswerMessage } from './ask/answer/notifier.ts';
import type { CapabilityContext } from './index.ts';
import type { KeyReveal } from './keys/notifier.ts';

type Notifier = CapabilityContext['notifier'];

/** Methods that only send messages: jobs do not use their return values. */
export const recordedMethods = [
  'fail',
  'announceKey',
  'tellKey',
  'showStatus',
  'showDiagnosis',
  'showPlan',
  'showTeardown',
  'tellQuestion',
  'tellQuota',
  'showQuota',
  'warnQuota',
] as const satisfies readonly (keyof Notifier)[];

export interface RecordedNotifier {
  readonly notifier: Notifier;
  /** Recorded so far, in order. */
  readonly tellings: readonly Telling[];
}

/** @param showKey shows the key itself while its owner waits for it: it is never stored. */
export function recordTellings(
  real: Notifier,
  showKey: (to: Addressee, reveal: KeyReveal) => Promise<boolean>,
): RecordedNotifier {
  const tellings: Telling[] = [];
  const record = (what: string, ...args: readonly unknown[]): void =>
    void tellings.push({ what, args });
  const recorders = Object.fromEntries(
    recordedMethods.map((what) => [what, async (...args: unknown[]) => record(what, ...args)]),
  ) as Pick<Notifier, (typeof recordedMethods)[number]>;
  const notifier: Notifier = {
    ...real,
    ...recorders,
    revealKey: async (to, reveal) => {
      const isShown = await showKey(to, reveal).catch((error: unknown) => {
        if (toFault(error).kind !== 'transient') throw error;
        return false;
      });
      if (isShown) return;
      record('announceKey', to, { ...reveal, consumerKey: mask(reveal.consumerKey) });
    },
    profile: (user, asker) => outlasting(() => real.profile(user, asker)),
    askApproval: async (request, waiting) => {
      const asked = await outlasting(() => real.askApproval(request));
      if (asked.decision === undefined && waiting !== undefined) {
        record('tellWaiting', waiting, asked.until);
      }
      return asked;
    },
    askForQuota: (request) => outlasting(() => real.askForQuota(request)),
    closeQuestion: (id, how) => outlasting(() => real.closeQuestion(id, how)),
    openAnswer: async (to, asked) =>
      outlastingAnswer(await outlasting(() => real.openAnswer(to, asked))),
  };
  return { notifier, tellings };
}

/** Slack accepts the end of an answer directly, like its beginning. */
function outlastingAnswer(message: AnswerMessage): AnswerMessage {
  return {
    get thread() {
      return message.thread;
    },
    grow: message.grow,
    abandon: message.abandon,
    wait: (why) => outlasting(() => message.wait(why)),
    finish: (answer) => outlasting(() => message.finish(answer)),
    explain: (fault, partial) => outlasting(() => message.explain(fault, partial)),
    stopped: (partial) => outlasting(() => message.stopped(partial)),
    interrupted: () => outlasting(() => message.interrupted()),
  };
}

const againMs = 2_000;

/** A Slack outage costs a job no attempts: it continues when Slack is available. */
async function outlasting<T>(call: () => Promise<T>): Promise<T> {
  try {
    return await call();
  } catch (error) {
    const { kind, code, message, retryAfterMs = againMs } = toFault(error);
    if (kind !== 'transient' || isStoreCode(code) || code === 'not_yet') throw error;
    throw deferJob(message, Math.max(againMs, retryAfterMs));
  }
}
