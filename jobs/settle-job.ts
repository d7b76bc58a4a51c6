// One plain job, up to its stored outcome; finished work is never repeated.
import type { PlainJob } from '../src/engine/worker-options.ts';
import type { Addressee } from '../src/job/addressee.ts';
import type { Job, JobEnd } from '../src/job/job.ts';
import { toFault } from '../src/kernel/errors.ts';
import type { Exclusive } from '../src/kernel/exclusive.ts';
import type { Log } from '../src/kernel/log.ts';
import type { Outbox } from '../src/slack/outbox/outbox.ts';
import type { CapabilityContext } from './index.ts';
import type { KeyReveal } from './keys/notifier.ts';
import { recordTellings } from './recorded-notifier.ts';

export interface SettlingParts {
  readonly outbox: Outbox;
  readonly exclusive: Exclusive;
  readonly notifier: CapabilityContext['notifier'];
  readonly showKey: (to: Addressee, reveal: KeyReveal) => Promise<boolean>;
  readonly log: Log;
}

/**
 * @param addedAt of the queue job: with its id, the key of its one outcome.
 * @param work receives the recording notifier.
 * @throws transient faults, as the job will be tried again.
 */
export async function settleJob(
  parts: SettlingParts,
  job: Pick<Job, 'name' | 'excluded' | 'endOf'>,
  { id, payload, by }: PlainJob,
  addedAt: number,
  work: (notifier: CapabilityContext['notifier']) => Promise<JobEnd>,
): Promise<JobEnd> {
  const { outbox, exclusive, log } = parts;
  const entry = `${job.name}-${id}-${addedAt.toString(36)}`;
  const ended = await outbox.endOf(entry);
  if (ended !== undefined) return ended;
  const { to = { ...by, job: id }, tellings } = job.endOf(payload) ?? { tellings: [] };
  const workAndStore = async (): Promise<JobEnd> => {
    const recorded = recordTellings(parts.notifier, parts.showKey);
    const end = await work(recorded.notifier);
    const all = [...recorded.tellings, ...tellings];
    // Without messages, a second run would repeat none.
    if (all.length > 0) await outbox.put(entry, { to, end, tellings: all });
    return end;
  };
  const excluded = job.excluded(payload);
  try {
    return await (excluded === undefined
      ? workAndStore()
      : exclusive.run(excluded, entry, workAndStore));
  } catch (error) {
    const fault = toFault(error);
    if (fault.kind === 'transient') throw error;
    // No further try follows, so somebody must be notified.
    log.error({ job: id, fault }, 'job not settled');
    const end: JobEnd = { status: 'failed', code: fault.code };
    const failed = { what: 'fail', args: [to, fault] };
    await outbox.put(entry, { to, end, tellings: [failed, ...tellings] });
    return end;
  }
}
