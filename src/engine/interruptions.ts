// Registry of active jobs of this process, and their interruptions.
import { fail } from '../kernel/errors.ts';

/** `lost`: the queue gave the job to another worker. */
export type Interruption = 'cancel' | 'shutdown' | 'deadline' | 'lost';

export interface Work {
  readonly signal: AbortSignal;
  /** The first interruption, if there was one. */
  why(): Interruption | undefined;
  interrupt(why: Interruption): void;
  end(): void;
}

export interface Interruptions {
  /** Registers an active job; after `stop` it is interrupted from the start. */
  begin(job: JobCopy): Work;
  cancelRun(runId: string): void;
  /** Interrupts each copy of the job except that of the token. @param queue of the job. */
  loseJob(queue: string, id: string, holder: string | undefined): void;
  stop(): void;
}

/** One copy of a queue job: ids repeat over queues, and a job that was given out twice has two tokens. */
export interface JobCopy {
  readonly queue: string;
  readonly id: string;
  readonly token: string | undefined;
  readonly runId?: string;
}

interface Registered {
  readonly job: JobCopy;
  readonly work: Work;
}

export function createInterruptions(): Interruptions {
  const atWork = new Set<Registered>();
  let isStopping = false;

  const interruptWhere = (test: (one: Registered) => boolean, why: Interruption): void => {
    for (const one of atWork) if (test(one)) one.work.interrupt(why);
  };

  const begin = (job: JobCopy): Work => {
    const controller = new AbortController();
    let reason: Interruption | undefined;
    const interrupt = (why: Interruption): void => {
      if (reason !== undefined) return;
      reason = why;
      // Transient, so that no step treats it as a result of the cloud: a refusal would end the run.
      controller.abort(fail('transient', 'interrupted', `The work was interrupted: ${why}.`));
    };
    const end = (): void => void atWork.delete(registered);
    const work: Work = { signal: controller.signal, why: () => reason, interrupt, end };
    const registered: Registered = { job, work };
    atWork.add(registered);
    if (isStopping) interrupt('shutdown');
    return work;
  };

  return {
    begin,
    cancelRun: (runId) => interruptWhere(({ job }) => job.runId === runId, 'cancel'),
    loseJob: (queue, id, holder) =>
      interruptWhere(
        ({ job }) => job.queue === queue && job.id === id && job.token !== holder,
        'lost',
      ),
    stop: () => {
      isStopping = true;
      interruptWhere(() => true, 'shutdown');
    },
  };
}
