// Approval questions: request types and decisions.

/** A request that operators approve or decline. */
export type ApprovalRequest = {
  /** The same for the same question. */
  readonly id: string;
  readonly gateway: string;
  readonly by: {
    readonly user: string;
    readonly channel: string;
    readonly askedIn?: string | undefined;
  };
  /** Digest of the exact request. */
  readonly hash: string;
} & (
  | {
      readonly kind: 'key';
      readonly owner: string;
      readonly app: string;
      /** Masked. */
      readonly key: string;
    }
  | QuotaRequestFields
  | ({
      readonly kind: 'provision';
      /** Absent in a question of an earlier version, as `goes` is. */
      readonly covers?: PlanCover;
    } & RunQuestion)
  | ({
      readonly kind: 'teardown';
      readonly removeApps: boolean;
      /** Resources that the teardown deletes. */
      readonly goes?: readonly string[];
    } & RunQuestion)
);

/** Fields of a quota request. Limits read like `20/minute`. */
export interface QuotaRequestFields {
  readonly kind: 'quota';
  /** Of the run that sets it. */
  readonly runId: string;
  readonly now: string;
  readonly desired: string;
  /** Factor of the present limit; undefined where the windows differ. */
  readonly times: number | undefined;
  /** The requester's reason, without registered secrets. */
  readonly why: string | undefined;
  /** Changes of the run. */
  readonly summary: readonly string[];
  /** Reason of a repeated question. */
  readonly again?: string;
}

interface RunQuestion {
  readonly runId: string;
  readonly summary: readonly string[];
  /** A retry of an existing run. */
  readonly isRetry?: true;
}

/** The part of a plan that a retry is compared with. */
export interface PlanCover {
  /** Digest of the gateway and its options. */
  readonly config: string;
  /** Action of each due step, by step id; a change carries a digest of its differences. */
  readonly due: Readonly<Record<string, string>>;
}

export type QuotaRequest = Extract<ApprovalRequest, { kind: 'quota' }>;
export type ProvisionRequest = Extract<ApprovalRequest, { kind: 'provision' }>;
export type TeardownRequest = Extract<ApprovalRequest, { kind: 'teardown' }>;

/** A question to the operators and its decision. */
export interface Question {
  readonly request: ApprovalRequest;
  /** Expiry, ms since the epoch. */
  readonly until: number;
  readonly decision:
    | {
        readonly by: string;
        /** Channel of the decision: some operators are operators by channel. */
        readonly channel?: string | undefined;
        /** `withdrawn`: replaced by the requester. `expired`: without a decision. */
        readonly verdict: 'approved' | 'denied' | 'withdrawn' | 'expired';
        readonly at: number;
        /** Message to the requester. */
        readonly word?: string | undefined;
      }
    | undefined;
}
