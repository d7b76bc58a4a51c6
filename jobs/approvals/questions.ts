// Questions to operators: what they are asked to approve, and how a question stands. Types only.
/** What operators are asked to approve, or deny. */
export type ApprovalRequest = {
  /** The same for the same question. */
  readonly id: string;
  readonly gateway: string;
  readonly by: {
    readonly user: string;
    readonly channel: string;
    readonly askedIn?: string | undefined;
  };
  /** Of exactly what is approved. */
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
      /** What the approved teardown takes away. */
      readonly goes?: readonly string[];
    } & RunQuestion)
);

/** What operators are asked, beside what every question for approval has. Limits read like `20/minute`. */
export interface QuotaRequestFields {
  readonly kind: 'quota';
  /** Of the run that sets it. */
  readonly runId: string;
  readonly now: string;
  readonly desired: string;
  /** How many times the present limit; undefined where the windows differ. */
  readonly times: number | undefined;
  /** The asker's own words, without registered secrets. */
  readonly why: string | undefined;
  /** What the run would change. */
  readonly summary: readonly string[];
  /** Why it is asked once more. */
  readonly again?: string;
}

interface RunQuestion {
  readonly runId: string;
  readonly summary: readonly string[];
  /** The run exists, and a person has asked to retry it. */
  readonly isRetry?: true;
}

/** The part of a plan that a retry is compared with. */
export interface PlanCover {
  /** Digest of the gateway and its options. */
  readonly config: string;
  /** What each due step does, by step id; of a change, with a digest of what it changes. */
  readonly due: Readonly<Record<string, string>>;
}

export type QuotaRequest = Extract<ApprovalRequest, { kind: 'quota' }>;
export type ProvisionRequest = Extract<ApprovalRequest, { kind: 'provision' }>;
export type TeardownRequest = Extract<ApprovalRequest, { kind: 'teardown' }>;

/** A question to the operators, as it stands. */
export interface Question {
  readonly request: ApprovalRequest;
  /** ms since the epoch: what nobody has approved by then is denied. */
  readonly until: number;
  readonly decision:
    | {
        readonly by: string;
        /** Channel of the decision: some operators are operators by channel. */
        readonly channel?: string | undefined;
        /** `withdrawn`: by the asker, with another wish. `expired`: by nobody. */
        readonly verdict: 'approved' | 'denied' | 'withdrawn' | 'expired';
        readonly at: number;
        /** Of whoever decided. */
        readonly word?: string | undefined;
      }
    | undefined;
}
