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

/** State that asks share, over all processes. */
export interface Asks {
  /** Calls back on a stop by the asker, also an earlier one; `end` stops listening. */
  onStop(job: string, stop: () => void): Promise<{ end(): void }>;
  /** Number of the person's own asks ahead of this one; 0 when this one is next. */
  ahead(user: string, job: string): Promise<number>;
  /** Holds the place of an ask in progress until it ends. */
  hold(user: string, job: string): { end(): void };
  /** Ends the ask and frees its place for the person's next one. */
  leave(user: string, job: string): Promise<void>;
  /** Earlier turns of a thread, oldest first. */
  turns(thread: string): Promise<readonly Turn[]>;
  /** Replies in the thread now continue the conversation, at that gateway. */
  begin(thread: string, gateway: string): Promise<void>;
  addTurn(thread: string, gateway: string, turn: Turn): Promise<void>;
}

/** Metrics of asks, without their askers. */
export interface AskMeter {
  /** Counts an ask in progress; the returned function ends it. An outcome is `answered`, `stopped`, `interrupted` or a fault code; none if another try follows. */
  begin(): (outcome: string | undefined) => void;
  /** Counts a complete answer of the gateway. */
  answered(of: Pick<CompletionAnswer, 'streamed' | 'firstTokenMs' | 'totalMs' | 'usage'>): void;
}
