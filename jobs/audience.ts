// The port through which jobs speak to people. Slack implements it (src/slack/audience.ts); jobs never import Slack.
import type { Fault } from '../src/errors.ts';

/** Where an answer goes and whose it is. Ids only. */
export interface Addressee {
  readonly user: string;
  readonly channel: string;
  /** Thread to answer in, for mentions. */
  readonly threadTs?: string | undefined;
  /** The queue job whose outcome this is; every final answer names it. */
  readonly job: string;
  /** A loading modal that the person's own click opened, to be filled. */
  readonly viewId?: string | undefined;
}

export interface Profile {
  readonly user: string;
  readonly email: string;
  readonly firstName: string;
  readonly lastName: string;
}

export interface KeyReveal {
  readonly app: string;
  readonly consumerKey: string;
  readonly endpoint: string | undefined;
  readonly model: string;
  readonly quota: string;
  readonly issuedAt: number | undefined;
  readonly isNew: boolean;
}

export interface Answer {
  readonly prompt: string;
  readonly text: string;
  readonly model: string;
  readonly promptTokens: number | undefined;
  readonly completionTokens: number | undefined;
  readonly firstTokenMs: number | undefined;
  readonly totalMs: number;
  readonly quota: { readonly limit: number; readonly window: string; readonly usedHere: number };
}

/** A gateway fault in words, as the fault table explains it. */
export interface ExplainedFault {
  /** Row of the fault table, e.g. `quota_spent`. */
  readonly row: string;
  readonly title: string;
  readonly meaning: string;
  readonly next: string;
  /** Command of the next action's button, e.g. `key`. */
  readonly action?: { readonly label: string; readonly command: string } | undefined;
  /** ms until it may be tried again, where computable. */
  readonly retryAfterMs?: number | undefined;
  readonly status: number | undefined;
  /** Raw body, for unknown faults only. */
  readonly raw?: string | undefined;
}

export interface GatewayStatus {
  readonly gateway: string;
  readonly state: 'ready' | 'degraded' | 'provisioning' | 'absent' | 'unknown';
  readonly cause: string | undefined;
  readonly endpoint: string | undefined;
  readonly model: string;
  readonly pods: { readonly ready: number; readonly wanted: number } | undefined;
  readonly provenAt: number | undefined;
  readonly keys: number | undefined;
  readonly lastRun:
    { readonly id: string; readonly status: string; readonly at: number } | undefined;
}

export interface Audience {
  /** @throws permanent/profile_hidden when the person's email is not visible to the bot. */
  profile(user: string): Promise<Profile>;
  /** Shows the key to its owner alone: fills the modal, else says ephemerally that it waits behind Reveal. */
  revealKey(to: Addressee, reveal: KeyReveal): Promise<void>;
  /** Says, to the owner alone, that the key exists (masked) with a Reveal button. */
  announceKey(to: Addressee, reveal: KeyReveal): Promise<void>;
  /** Opens the place in the channel where an answer will grow; repeatable after a crash (same job, same message). */
  openAnswer(to: Addressee, prompt: string): Promise<AnswerMessage>;
  showStatus(to: Addressee, status: GatewayStatus): Promise<void>;
  /** A failed job: explained to whoever asked. */
  fail(to: Addressee, fault: Fault): Promise<void>;
}

export interface AnswerMessage {
  /** The text so far; coalesced under the workspace's budget, never throws for a rate limit. */
  grow(text: string): void;
  finish(answer: Answer): Promise<void>;
  explain(fault: ExplainedFault): Promise<void>;
}
