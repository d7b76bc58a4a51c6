// BullMQ worker with a pause after a Redis refusal, and one copy per job.
import { setTimeout as after } from 'node:timers/promises';
import { type Job, type Processor, Worker, type WorkerOptions } from 'bullmq';

/** ms. BullMQ itself pauses only after lost connections: it repeats a refusal (Redis full, read-only) at once, endlessly. */
const pauseMs = 1_000;

export class PatientWorker<Data> extends Worker<Data> {
  private readonly copies = new Map<string, Promise<unknown>>();
  /** Called when the queue gives a job to this process while an older copy of it is still active here. */
  private readonly onSecondCopy: (id: string, token: string) => void;

  /** With the version check: without it a worker does not know how precisely it can wait for delayed jobs. */
  constructor(
    name: string,
    perform: Processor<Data>,
    options: WorkerOptions,
    onSecondCopy: (id: string, token: string) => void,
  ) {
    super(name, perform, { ...options, skipVersionCheck: false });
    this.onSecondCopy = onSecondCopy;
  }

  protected override async moveToActive(token: string, name?: string): Promise<Job<Data>> {
    try {
      return await super.moveToActive(token, name);
    } catch (error) {
      if (this.closing === undefined) await after(pauseMs, undefined, { ref: false });
      throw error;
    }
  }

  /**
   * BullMQ renews locks by the job's id alone: an older copy that ends would stop the renewal of the newer copy's lock,
   * so the newer copy starts when the older one has ended.
   */
  override async processJob(
    job: Job<Data>,
    token: string,
    fetchNext?: () => boolean,
  ): Promise<void | Job<Data>> {
    const { id = '' } = job;
    for (let older = this.copies.get(id); older !== undefined; older = this.copies.get(id)) {
      this.lockManager.trackJob(id, token, Date.now());
      this.onSecondCopy(id, token);
      await older.catch(() => undefined);
    }
    const work = super.processJob(job, token, fetchNext);
    this.copies.set(id, work);
    try {
      return await work;
    } finally {
      this.copies.delete(id);
    }
  }
}
