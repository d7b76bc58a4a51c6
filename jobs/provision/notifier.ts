// A plan, as people are shown it.
import type { Guidance } from '../../src/kernel/guidance.ts';
import type { ApprovalNotifier, PlanCover } from '../approvals/index.ts';
import type { Addressee } from '../../src/job/addressee.ts';
import type { JobContext } from '../../src/job/context.ts';
import type { HourlyCost } from './cost.ts';

/** What a plan would do with one step. */
export interface PlannedStep {
  readonly id: string;
  readonly title: string;
  /** `prove`: nothing is made, something is seen to work. `unread`: it could not be looked at. */
  readonly action: 'create' | 'change' | 'prove' | 'leave' | 'blocked' | 'unread';
  readonly why?: string;
  /** What mends it, where it is blocked or unread. */
  readonly next?: Guidance;
}

/** What provisioning would do to the gateway now. */
export interface GatewayPlan {
  readonly gateway: string;
  /** The same for the same wishes and the same world: what an approval is bound to. */
  readonly hash: string;
  readonly covers: PlanCover;
  readonly verdict: 'ready' | 'blocked' | 'as_wanted';
  /** In the order of the graph. */
  readonly steps: readonly PlannedStep[];
  /** Typical time along the longest path of what is not as wanted, ms. */
  readonly expectedMs: number;
  /** While it stands; US dollars. */
  readonly cost: HourlyCost;
  readonly desired: readonly { readonly label: string; readonly value: string }[];
  /** The run that is at work on it now. */
  readonly activeRun: string | undefined;
}

/** How a plan is shown: for reading, or as the question whether to begin. */
export interface PlanShowing {
  /** Asks for an approval of exactly this plan. */
  readonly asks: boolean;
  /** What differs from the plan that was approved, which is why it did not begin. */
  readonly differs?: readonly string[];
  /** Approving it asks another operator, who must approve it too. */
  readonly asksSecond?: boolean;
}

export interface PlanNotifier {
  showPlan(to: Addressee, plan: GatewayPlan, showing: PlanShowing): Promise<void>;
}

export type PlanContext = JobContext & { readonly notifier: PlanNotifier & ApprovalNotifier };
