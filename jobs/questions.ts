// Questions to operators: what they are asked to approve, and how a question stands. Types only.
import type { QuotaWish } from './quota/wish.ts';

/** What operators are asked to approve, or deny. */
export type ApprovalRequest = {
  /** The same for the same question. */
  readonly id: string;
  readonly gateway: string;
  readonly by: { readonly user: string; readonly channel: string };
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
  | QuotaWish
  | { readonly kind: 'provision'; readonly runId: string; readonly summary: readonly string[] }
  | {
      readonly kind: 'teardown';
      readonly runId: string;
      readonly removeApps: boolean;
      readonly summary: readonly string[];
    }
);

export type QuotaRequest = Extract<ApprovalRequest, { kind: 'quota' }>;

/** A question to the operators, as it stands. */
export interface Question {
  readonly request: ApprovalRequest;
  /** ms since the epoch: what nobody has approved by then is denied. */
  readonly until: number;
  readonly decision:
    | {
        readonly by: string;
        /** `withdrawn`: by the asker, with another wish. `expired`: by nobody. */
        readonly verdict: 'approved' | 'denied' | 'withdrawn' | 'expired';
        readonly at: number;
        /** Of whoever decided. */
        readonly word?: string | undefined;
      }
    | undefined;
}
