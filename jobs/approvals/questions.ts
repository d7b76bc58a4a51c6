// Approval questions: schemas of requests and decisions.
import { z } from 'zod';
import { storedWho } from '../../src/kernel/stored.ts';

const base = z.object({
  /** The same for the same question. */
  id: z.string(),
  gateway: z.string(),
  by: storedWho,
  /** Digest of the exact request. */
  hash: z.string(),
});

const runBase = base.extend({
  runId: z.string(),
  summary: z.array(z.string()).readonly(),
  /** A retry of an existing run. */
  isRetry: z.literal(true).exactOptional(),
});

const planCover = z.object({
  /** Digest of the gateway and its options. */
  config: z.string(),
  /** Action of each due step, by step id; a change carries a digest of its differences. */
  due: z.record(z.string(), z.string()),
});
/** The part of a plan that a retry is compared with. */
export type PlanCover = z.infer<typeof planCover>;

export const storedRequest = z.discriminatedUnion('kind', [
  base.extend({
    kind: z.literal('key'),
    owner: z.string(),
    app: z.string(),
    /** Masked. */
    key: z.string(),
  }),
  /** Limits read like `20/minute`. */
  base.extend({
    kind: z.literal('quota'),
    /** Of the run that sets it. */
    runId: z.string(),
    now: z.string(),
    desired: z.string(),
    /** Factor of the present limit; undefined if the windows differ. */
    times: z.number().optional(),
    /** The requester's reason, without registered secrets. */
    why: z.string().optional(),
    /** Changes of the run. */
    summary: z.array(z.string()).readonly(),
    /** Reason of a repeated question. */
    again: z.string().exactOptional(),
  }),
  runBase.extend({
    kind: z.literal('provision'),
    /** Absent in a question of an earlier version, as `goes` is. */
    covers: planCover.exactOptional(),
  }),
  runBase.extend({
    kind: z.literal('teardown'),
    removeApps: z.boolean(),
    /** Resources that the teardown deletes. */
    goes: z.array(z.string()).readonly().exactOptional(),
  }),
]);
/** A request that operators approve or decline. */
export type ApprovalRequest = Readonly<z.infer<typeof storedRequest>>;

export type QuotaRequest = Extract<ApprovalRequest, { kind: 'quota' }>;
export type ProvisionRequest = Extract<ApprovalRequest, { kind: 'provision' }>;
export type TeardownRequest = Extract<ApprovalRequest, { kind: 'teardown' }>;

export const storedDecision = z.object({
  by: z.string(),
  /** Channel of the decision: some operators are operators by channel. */
  channel: z.string().optional(),
  /** `withdrawn`: replaced by the requester. `expired`: without a decision. */
  verdict: z.enum(['approved', 'denied', 'withdrawn', 'expired']),
  at: z.number(),
  /** Message to the requester. */
  word: z.string().optional(),
});
export type Decision = Readonly<z.infer<typeof storedDecision>>;

/** A question to the operators and its decision. */
export interface Question {
  readonly request: ApprovalRequest;
  /** Expiry, ms since the epoch. */
  readonly until: number;
  readonly decision: Decision | undefined;
}
