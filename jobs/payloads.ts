// What the queue carries for each job: ids and references only, never a secret or a prompt.
import { z } from 'zod';

export const addressee = z.object({
  user: z.string().min(1),
  channel: z.string().min(1),
  threadTs: z.string().optional(),
  job: z.string().regex(/^[a-z0-9-]+$/),
  viewId: z.string().optional(),
});

const gateway = z.string().min(1);

export const keyPayload = z.object({
  gateway,
  /** `issue` creates or announces; `reveal` fills the modal that the owner's click opened. */
  action: z.enum(['issue', 'reveal']),
  to: addressee,
});
export type KeyPayload = z.infer<typeof keyPayload>;

export const askPayload = z.object({
  gateway,
  /** Reference of the prompt in the run store. */
  prompt: z.string().min(1),
  maxTokens: z.number().int().min(1).max(4096).default(256),
  temperature: z.number().min(0).max(2).default(0.2),
  to: addressee,
});
export type AskPayload = z.infer<typeof askPayload>;

export const statusPayload = z.object({ gateway, to: addressee });
export type StatusPayload = z.infer<typeof statusPayload>;
