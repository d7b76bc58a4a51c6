// Payloads of the queue: ids and references only, never a secret or a prompt.
import { z } from 'zod';
import { addressee, gatewayName } from '../../src/job/addressee.ts';

export const askPayload = z.object({
  gateway: gatewayName,
  /** Reference of the prompt in the run store. */
  prompt: z.string().min(1),
  maxTokens: z.number().int().min(1).max(32_768).default(256),
  temperature: z.number().min(0).max(2).default(0.2),
  /** A model other than the gateway's own, such as an adapter's name. */
  model: z.string().min(1).optional(),
  /** Visible only to the asker. */
  isPrivate: z.boolean().default(false),
  /** Status, headers and body, unchanged. */
  isRaw: z.boolean().default(false),
  /** The job whose question is asked again: later turns are not history. */
  again: z.string().optional(),
  to: addressee,
});
export type AskPayload = z.infer<typeof askPayload>;
