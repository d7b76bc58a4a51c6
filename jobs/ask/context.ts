// The job context of asks. Types only.
import type { CompletionAnswer } from '../../src/clients/inference/client.ts';
import type { JobContext } from '../../src/job/context.ts';
import type { AskNotifier } from './answer/notifier.ts';
import type { Turn } from './conversation.ts';

export type AskContext = JobContext & {
  readonly notifier: AskNotifier;
  readonly asks: Asks;
  readonly meter: AskMeter;
};

/** What asks share, over all processes. */
export interface Asks {
  /** Calls back when the asker stops it, also for an earlier stop; `end` stops listening. */
  onStop(job: string, stop: () => void): Promise<{ end(): void }>;
  /** How many of the person's own asks are ahead of this one; 0 when its turn has come. */
  ahead(user: string, job: string): Promise<number>;
  /** Keeps the place of an ask that is being answered, until it is ended. */
  hold(user: string, job: string): { end(): void };
  /** The ask is over, and makes room for the person's next. */
  leave(user: string, job: string): Promise<void>;
  /** Earlier turns of a thread, oldest first. */
  turns(thread: string): Promise<readonly Turn[]>;
  /** From now on replies in the thread go on with it, at that gateway. */
  begin(thread: string, gateway: string): Promise<void>;
  addTurn(thread: string, gateway: string, turn: Turn): Promise<void>;
}

/** Figures of asks, without their askers. */
export interface AskMeter {
  /** An ask is in progress; the returned function ends it. An outcome is `answered`, `stopped`, `interrupted` or the code of a fault; none where another try follows. */
  begin(): (outcome: string | undefined) => void;
  /** The gateway has given a whole answer. */
  answered(of: Pick<CompletionAnswer, 'streamed' | 'firstTokenMs' | 'totalMs' | 'usage'>): void;
}
