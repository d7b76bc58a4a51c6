// Plan notifications: the plan's data and the notifier port.
import type { Guidance } from '../../src/kernel/guidance.ts';
import type { ApprovalNotifier, PlanCover } from '../approvals/index.ts';
import type { Addressee } from '../../src/job/addressee.ts';
import type { JobContext } from '../../src/job/context.ts';
import type { HourlyCost } from './cost.ts';

/** One step of a plan. */
export interface PlannedStep {
  readonly id: string;
  readonly title: string;
  /** `prove`: verifies and creates nothing. `unread`: the check itself failed. */
  readonly action: 'create' | 'change' | 'prove' | 'leave' | 'blocked' | 'unread';
  readonly why?: string;
  /** The fix of a blocked or unread step. */
  readonly next?: Guidance;
}

/** The changes that provisioning would make now. */
export interface GatewayPlan {
  readonly gateway: string;
  /** The same for the same request and the same state; an approval is bound to it. */
  readonly hash: string;
  readonly covers: PlanCover;
  readonly verdict: 'ready' | 'blocked' | 'in_sync';
  /** In the order of the graph. */
  readonly steps: readonly PlannedStep[];
  /** Typical time along the longest path of due steps, ms. */
  readonly expectedMs: number;
  /** US dollars. */
  readonly cost: HourlyCost;
  readonly desired: readonly { readonly label: string; readonly value: string }[];
  /** The active run of the gateway. */
  readonly activeRun: string | undefined;
}

/** Whether a plan is shown as a preview or as a question. */
export interface PlanShowing {
  /** Offers to start this exact plan. */
  readonly asks: boolean;
  /** Differences from the approved plan, which is out of date. */
  readonly differs?: readonly string[];
  /** Another operator must approve it too. */
  readonly asksSecond?: boolean;
}

export interface PlanNotifier {
  showPlan(to: Addressee, plan: GatewayPlan, showing: PlanShowing): Promise<void>;
}

export type PlanContext = JobContext & { readonly notifier: PlanNotifier & ApprovalNotifier };
