// The notifier port of asks: answers and quota warnings.
import type { Addressee } from '../../../src/job/addressee.ts';
import type { ExplainedFault } from '../../../src/gateway/faults/explained.ts';
import type { QuotaWarning } from '../../quota/warning.ts';

/** The question behind an answer, shown before the answer arrives. */
export interface Asked {
  readonly prompt: string;
  /** Only the asker sees it. */
  readonly isPrivate: boolean;
  /** The answer is streamed; otherwise it arrives complete. */
  readonly streams: boolean;
}

export interface Answer {
  readonly text: string;
  /** `raw`: status, headers and body as they came. */
  readonly form: 'markdown' | 'raw';
  readonly model: string;
  readonly promptTokens: number | undefined;
  readonly completionTokens: number | undefined;
  readonly firstTokenMs: number | undefined;
  readonly totalMs: number;
  readonly quota: { readonly limit: number; readonly window: string; readonly usedHere: number };
  /** The model was stopped after so many tokens; it had more to say. */
  readonly cutAt: number | undefined;
  /** A content filter of the model server cut it off. */
  readonly isFiltered?: boolean | undefined;
  /** Earlier turns of the thread that the model was shown, and those that did not fit. */
  readonly history: { readonly shown: number; readonly left: number };
}

export interface AnswerMessage {
  /** Where replies go on with the conversation; none for an answer that one person sees. */
  readonly thread: string | undefined;
  /** The text so far; coalesced under the workspace's budget, never throws for a rate limit. */
  grow(text: string): void;
  /** Nothing has come yet, and why it takes longer. */
  wait(why: string): Promise<void>;
  finish(answer: Answer): Promise<void>;
  /** @param partial what had come before it failed. */
  explain(fault: ExplainedFault, partial?: string): Promise<void>;
  /** The asker stopped it. */
  stopped(partial: string): Promise<void>;
  /** This worker shows nothing more: another continues, or the fault is shown elsewhere. */
  abandon(): void;
  /** It cannot be given any more; the asker may ask again. */
  interrupted(): Promise<void>;
}

export interface AskNotifier {
  /** Opens the place in the channel where an answer will grow; repeatable after a crash (same job, same message). */
  openAnswer(to: Addressee, asked: Asked): Promise<AnswerMessage>;
  /** As an ephemeral message. */
  warnQuota(to: Addressee, warning: QuotaWarning): Promise<void>;
}
