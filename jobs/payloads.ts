// What the queue carries for each job: ids and references only, never a secret or a prompt.
import { z } from 'zod';
import { provisionOptions, quotaPattern } from '../src/gateway/options.ts';

export const addressee = z.object({
  user: z.string().min(1),
  channel: z.string().min(1),
  askedIn: z.string().min(1).optional(),
  threadTs: z.string().optional(),
  isThreadNew: z.boolean().optional(),
  seenBy: z.enum(['asker', 'everybody']).optional(),
  job: z.string().regex(/^[a-z0-9-]+$/),
  viewId: z.string().optional(),
});

const gateway = z.string().min(1);

/** The approval of a run: the question's id, and the operator who approved it. */
const runApproval = z.object({
  id: z.string().min(1),
  by: z.object({ user: z.string().min(1), channel: z.string().min(1) }),
});

export const keyPayload = z.object({
  gateway,
  /** `issue` creates or announces; `reveal` fills the modal that the owner's click opened. */
  action: z.enum(['issue', 'reveal', 'list', 'rotate', 'revoke', 'approve', 'deny']),
  /** As it was typed, or as Apigee names it; absent: the person's first. */
  app: z.string().min(1).optional(),
  /** Whose keys, where it is not the asker; whoever enqueues has looked whether the asker may. */
  owner: z.string().min(1).optional(),
  /** An operator has named the person; whoever enqueues has looked. */
  isByOperator: z.boolean().default(false),
  /** How long a new key lives, ms; -1 for good. */
  expiresInMs: z.number().int().optional(),
  /** How long the old keys work beside the new one, ms. */
  overlapMs: z.number().int().min(0).optional(),
  /** Fingerprint of the key that is decided on. */
  key: z.string().optional(),
  /** A person has said yes to revoking. */
  isConfirmed: z.boolean().default(false),
  to: addressee,
});
export type KeyPayload = z.infer<typeof keyPayload>;

/** Due later; keys are named by their fingerprints. */
export const keyLaterPayload = z.object({
  gateway,
  what: z.enum(['retire', 'warn']),
  owner: z.string().min(1),
  app: z.string().min(1),
  key: z.string(),
  /** Keys that go once `key` is proven. */
  old: z.array(z.string()),
  tries: z.number().int().default(0),
  to: addressee,
});
export type KeyLaterPayload = z.infer<typeof keyLaterPayload>;

export const approvalNewsPayload = z.object({
  gateway,
  /** Of the question. */
  id: z.string().min(1),
  what: z.enum(['tell', 'expire']),
  /** Whoever waits for the answer. */
  owner: z.string().min(1),
  to: addressee,
});
export type ApprovalNewsPayload = z.infer<typeof approvalNewsPayload>;

export const askPayload = z.object({
  gateway,
  /** Reference of the prompt in the run store. */
  prompt: z.string().min(1),
  maxTokens: z.number().int().min(1).max(32_768).default(256),
  temperature: z.number().min(0).max(2).default(0.2),
  /** Another than the gateway's own, such as an adapter's name. */
  model: z.string().min(1).optional(),
  /** Only the asker sees the answer. */
  isPrivate: z.boolean().default(false),
  /** Status, headers and body as they come. */
  isRaw: z.boolean().default(false),
  /** The job whose question is asked again: what came after it is no history. */
  again: z.string().optional(),
  to: addressee,
});
export type AskPayload = z.infer<typeof askPayload>;

export const statusPayload = z.object({ gateway, to: addressee });
export type StatusPayload = z.infer<typeof statusPayload>;

/** About every gateway: what one person is shown of them. */
export const homePayload = z.object({ to: addressee });
export type HomePayload = z.infer<typeof homePayload>;

export const quotaPayload = z.object({
  gateway,
  /** `own`, `all`, or the Slack id of a person. */
  whose: z.union([z.enum(['own', 'all']), z.string().regex(/^[UW][A-Z0-9]+$/)]),
  /** One app of theirs, as it was typed or as Apigee names it. */
  app: z.string().min(1).optional(),
  span: z.enum(['day', 'week']).default('day'),
  to: addressee,
});
export type QuotaPayload = z.infer<typeof quotaPayload>;

/** A wish for more quota, from the asking to its end; `to` is the asker, but for `carry-out`: whoever has decided. */
export const quotaRequestPayload = z.object({
  gateway,
  action: z.enum(['ask', 'carry-out', 'end']),
  /** Slack id of the asker. */
  owner: z.string().min(1),
  wanted: z.string().regex(quotaPattern),
  /** Reference of the asker's own words in the run store. */
  why: z.string().optional(),
  /** Id of the question; of `end`, of the run. */
  of: z.string().optional(),
  /** The asker is an operator, whose wish counts as one of two people's. */
  isOperators: z.boolean().default(false),
  /** How the run ended. */
  end: z
    .object({
      status: z.enum(['succeeded', 'failed', 'cancelled', 'refused', 'denied']),
      why: z.string().optional(),
    })
    .optional(),
  to: addressee,
});
export type QuotaRequestPayload = z.infer<typeof quotaRequestPayload>;

export const doctorPayload = z.object({ gateway, to: addressee });
export type DoctorPayload = z.infer<typeof doctorPayload>;

export const planPayload = z.object({
  gateway,
  /** Of the run that is planned; without them, those of the gateway's last provisioning. */
  options: provisionOptions.optional(),
  /** Asks whether to begin; `to.job` is then the id of the run. */
  asks: z.boolean().default(false),
  /** Where another operator must approve it: asks for that at once, as the asker's own wish is clear. */
  isWished: z.boolean().default(false),
  /** The hash of the plan that a person has approved: it begins if it still holds. */
  approved: z.string().optional(),
  /** Of the other operator, where one must approve it. */
  approval: runApproval.optional(),
  to: addressee,
});
export type PlanPayload = z.infer<typeof planPayload>;

export const teardownPayload = z.object({
  gateway,
  removeApps: z.boolean(),
  /** The gateway's name was typed: where another operator must approve it, that is asked for. */
  isWished: z.boolean().default(false),
  /** The hash of what goes, as the other operator has approved it. */
  approved: z.string().optional(),
  approval: runApproval.optional(),
  /** `to.job` is the id of the run that is asked for. */
  to: addressee,
});
export type TeardownPayload = z.infer<typeof teardownPayload>;

/** A retry that needs an approver: of a run that exists. */
export const retryPayload = z.object({
  gateway,
  runId: z.string().min(1),
  approval: runApproval.optional(),
  to: addressee,
});
export type RetryPayload = z.infer<typeof retryPayload>;
