// A BullMQ worker that pauses after Redis refused it a job.
import { setTimeout as after } from 'node:timers/promises';
import { type Job, type Processor, Worker, type WorkerOptions } from 'bullmq';

/** ms. BullMQ itself pauses after lost connections only: a refusal (Redis full, read-only) it repeats at once, for ever. */
const pauseMs = 1_000;

export class PatientWorker<Data> extends Worker<Data> {
  /** With the version check: without it a worker does not know how finely it may wait for delayed jobs. */
  constructor(name: string, perform: Processor<Data>, options: WorkerOptions) {
    super(name, perform, { ...options, skipVersionCheck: false });
  }

  protected override async moveToActive(token: string, name?: string): Promise<Job<Data>> {
    try {
      return await super.moveToActive(token, name);
    } catch (error) {
      if (this.closing === undefined) await after(pauseMs, undefined, { ref: false });
      throw error;
    }
  }
}
