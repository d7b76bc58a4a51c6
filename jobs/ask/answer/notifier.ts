// The notifier port of asks: answers and quota warnings.
import type { Addressee } from '../../../src/job/addressee.ts';
import type { ExplainedFault } from '../../../src/gateway/faults/explained.ts';
import type { QuotaWarning } from '../../quota/warning.ts';

/** The question behind an answer, shown before the answer arrives. */
export interface Asked {
  readonly prompt: string;
  /** Visible only to the asker. */
  readonly isPrivate: boolean;
  /** The answer is streamed; otherwise it arrives complete. */
  readonly streams: boolean;
}

export interface Answer {
  readonly text: string;
  /** `raw`: status, headers and body, unchanged. */
  readonly form: 'markdown' | 'raw';
  readonly model: string;
  readonly promptTokens: number | undefined;
  readonly completionTokens: number | undefined;
  readonly firstTokenMs: number | undefined;
  readonly totalMs: number;
  readonly quota: { readonly limit: number; readonly window: string; readonly usedHere: number };
  /** The answer was cut at this many tokens. */
  readonly cutAt: number | undefined;
  /** A content filter of the model server cut it off. */
  readonly isFiltered?: boolean | undefined;
  /** Number of earlier turns in the prompt, and of those that did not fit. */
  readonly history: { readonly shown: number; readonly left: number };
}

export interface AnswerMessage {
  /** Thread in which replies continue the conversation; none for an answer that one person sees. */
  readonly thread: string | undefined;
  /** The text so far; coalesced within the workspace's budget, never throws for a rate limit. */
  grow(text: string): void;
  /** No text has arrived yet, and the reason for the delay. */
  wait(why: string): Promise<void>;
  finish(answer: Answer): Promise<void>;
  /** @param partial text that arrived before the failure. */
  explain(fault: ExplainedFault, partial?: string): Promise<void>;
  /** The asker stopped the answer. */
  stopped(partial: string): Promise<void>;
  /** This worker shows no more: another one continues, or the fault is shown elsewhere. */
  abandon(): void;
  /** The answer is no longer possible; the asker may ask again. */
  interrupted(): Promise<void>;
}

export interface AskNotifier {
  /** Opens the place in the channel for a growing answer; repeatable after a crash (same job, same message). */
  openAnswer(to: Addressee, asked: Asked): Promise<AnswerMessage>;
  /** As an ephemeral message. */
  warnQuota(to: Addressee, warning: QuotaWarning): Promise<void>;
}
