// Scene type for docs/copy.md, one message, modal or Home, and shared sample values.
import type { Block, Message } from '../../src/slack/messages/message.ts';
import type { Modal } from '../../src/slack/messages/modal.ts';

export type Scene = {
  readonly title: string;
  /** The event that shows it to a person. */
  readonly when: string;
} & (
  { readonly message: Message } | { readonly modal: Modal } | { readonly home: readonly Block[] }
);

export interface Chapter {
  readonly title: string;
  readonly scenes: readonly Scene[];
}

/** The fixed clock of all scenes. */
export const now = Date.UTC(2026, 2, 2, 9, 0, 0);
export const minutes = (count: number): number => count * 60_000;
export const hours = (count: number): number => minutes(count * 60);

export const olivia = 'U0OLIVIA';
export const oscar = 'U0OSCAR';
export const alice = 'U0ALICE';
export const channel = 'C0GATEWAY';
export const gateway = 'default';
export const model = 'Qwen/Qwen2.5-1.5B-Instruct';
export const endpoint = 'http://203.0.113.10:80';
export const job = 'job-4f1c2a';
export const runId = 'provision-default-4f1c2a';
