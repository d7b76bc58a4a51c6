// The port through which jobs speak to people. Slack implements it (src/slack/audience.ts); jobs never import Slack.
import type { Fault } from '../src/kernel/errors.ts';
import type { AnswerMessage, Asked } from '../src/gateway/faults/explained.ts';
import type { HourlyCost } from './provision/cost.ts';
import type { ConfigurationChange } from '../src/gateway/options.ts';
import type { HomeReport } from './home/report.ts';
import type { QuotaReport } from './quota/usage/report.ts';
import type { QuotaWarning } from './quota/warning.ts';
import type { QuotaNews } from './quota/wish.ts';
import type { ApprovalRequest, PlanCover, Question, QuotaRequest } from './approvals/questions.ts';

export type SeenBy = 'asker' | 'everybody';

/** Where an answer goes and whose it is. Ids only. */
export interface Addressee {
  readonly user: string;
  readonly channel: string;
  /** Channel of the request, where the card goes to another one. */
  readonly askedIn?: string | undefined;
  /** Thread to answer in, for mentions. */
  readonly threadTs?: string | undefined;
  /** The thread has no reply yet: Slack shows no ephemeral message in it. */
  readonly isThreadNew?: boolean | undefined;
  /** Who sees the outcome. Absent: everybody in the thread of a mention, else the asker. */
  readonly seenBy?: SeenBy | undefined;
  /** The queue job whose outcome this is; every final answer names it. */
  readonly job: string;
  /** A loading modal that the person's own click opened, to be filled. */
  readonly viewId?: string | undefined;
}

export interface Profile {
  readonly user: string;
  /** Slack ids of the person's workspace and of its Grid: ids of users are unique in one alone. */
  readonly team?: string | undefined;
  readonly enterprise?: string | undefined;
  readonly email: string;
  readonly firstName: string;
  readonly lastName: string;
}

export interface KeyReveal {
  readonly gateway: string;
  readonly app: string;
  readonly consumerKey: string;
  readonly endpoint: string | undefined;
  readonly model: string;
  readonly quota: string;
  readonly issuedAt: number | undefined;
  /** ms since the epoch; undefined for never. */
  readonly expiresAt: number | undefined;
  readonly isNew: boolean;
  /** Another end was asked for, which a key that is there cannot take. */
  readonly isEndKept?: boolean;
  /** Of a rotation: the older keys, masked, and when they go. */
  readonly replaces?: Replaced;
}

export interface Replaced {
  readonly old: readonly string[];
  readonly until: number;
}

/** What may be said of a key beside itself. */
export interface KeyFacts {
  /** Slack id. */
  readonly owner: string;
  readonly gateway: string;
  /** As Apigee names it. */
  readonly app: string;
  readonly masked: string;
  readonly expiresAt: number | undefined;
}

export interface KeyRow {
  readonly masked: string;
  readonly state: 'usable' | 'pending' | 'revoked' | 'expired';
  readonly issuedAt: number | undefined;
  readonly expiresAt: number | undefined;
  /** Slack id of who revoked it here. */
  readonly revokedBy: string | undefined;
  /** It works until then, as a newer one replaces it. */
  readonly goesAt?: number;
}

export interface KeyApp {
  readonly app: string;
  readonly isMadeHere: boolean;
  readonly isWorking: boolean;
  readonly rows: readonly KeyRow[];
}

/** Everything that is said of keys without showing one. `by` is the Slack id of who did it. */
export type KeyNews =
  | {
      readonly kind: 'list';
      readonly owner: string;
      readonly gateway: string;
      readonly apps: readonly KeyApp[];
    }
  /** To the owner, of a key that an operator had made; and to that operator. */
  | ({ readonly kind: 'issued'; readonly by: string } & KeyFacts)
  | ({ readonly kind: 'issued_for'; readonly isNew: boolean } & KeyFacts)
  /** `old`: masked, those that work until it is approved. */
  | ({ readonly kind: 'pending'; readonly old: readonly string[] } & KeyFacts)
  | ({ readonly kind: 'ends' } & KeyFacts)
  | ({ readonly kind: 'approved' | 'denied'; readonly by: string } & KeyFacts)
  | ({ readonly kind: 'rotated'; readonly replaces: Replaced; readonly by: string } & KeyFacts)
  | ({ readonly kind: 'retired'; readonly old: readonly string[] } & KeyFacts)
  | ({ readonly kind: 'kept'; readonly old: readonly string[]; readonly why: string } & KeyFacts)
  | ({ readonly kind: 'revoke_question' } & RevokedFacts)
  | ({ readonly kind: 'revoked'; readonly by: string } & RevokedFacts);

interface RevokedFacts {
  readonly owner: string;
  readonly gateway: string;
  readonly app: string;
  /** Masked. */
  readonly keys: readonly string[];
}

export interface GatewayStatus {
  readonly gateway: string;
  readonly state: 'ready' | 'degraded' | 'provisioning' | 'absent' | 'unknown';
  readonly cause: string | undefined;
  readonly endpoint: string | undefined;
  readonly model: string;
  readonly pods: { readonly ready: number; readonly wanted: number } | undefined;
  readonly provenAt: number | undefined;
  readonly keys: number | undefined;
  /** When it is torn down by itself, ms since the epoch; `ending` names the run once that began. */
  readonly lease: { readonly until: number; readonly ending?: string } | undefined;
  readonly lastRun:
    | {
        readonly id: string;
        readonly runbook: string;
        readonly status: string;
        readonly at: number;
      }
    | undefined;
}

/** What a plan would do with one step. */
export interface PlannedStep {
  readonly id: string;
  readonly title: string;
  /** `prove`: nothing is made, something is seen to work. `unread`: it could not be looked at. */
  readonly action: 'create' | 'change' | 'prove' | 'leave' | 'blocked' | 'unread';
  readonly why?: string;
  /** What mends it, where it is blocked or unread. */
  readonly next?: string;
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
  readonly wanted: readonly { readonly label: string; readonly value: string }[];
  /** The run that is at work on it now. */
  readonly holding: string | undefined;
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

/** One thing that is not as wanted. */
export interface Finding {
  /** Id and title of the step whose check found it. */
  readonly step: string;
  readonly title: string;
  /** `lacking`: missing or not ready. `drifted`: edited. `blocked`: a person must mend it. `unread`: could not be looked at. */
  readonly kind: 'lacking' | 'drifted' | 'blocked' | 'unread';
  /** What was seen; for a drift a field each, with who set it. */
  readonly what: readonly string[];
  /** Why, in the words of the pods behind it, worst first. */
  readonly because: readonly string[];
  readonly next: string | undefined;
}

/** What a request of the doctor's own met. `unseen`: nothing that tells either way. */
export interface RefusalSeen {
  readonly when: 'without a key' | 'with a wrong key';
  readonly state: 'refused' | 'answered' | 'unseen';
  readonly seen: string;
}

export interface Diagnosis {
  readonly gateway: string;
  /** `absent`: no cluster. `unknown`: too little could be read. `at_work`: a run is busy on it. */
  readonly state: 'healthy' | 'ill' | 'absent' | 'unknown' | 'at_work';
  readonly holding: string | undefined;
  /** What is wrong by itself, the root first. */
  readonly causes: readonly Finding[];
  /** What is wrong because of the causes. */
  readonly effects: readonly Finding[];
  readonly refusals: readonly RefusalSeen[];
  /** When all four proofs of the protection as it is now were taken. */
  readonly provenAt: number | undefined;
  /** Another provisioning would mend it. */
  readonly canRepair: boolean;
  /** Checks that were made. */
  readonly checks: number;
}

/** What tearing the gateway down would do now. Names for people. */
export interface GatewayTeardown {
  readonly gateway: string;
  /** In the order in which it was made. */
  readonly goes: readonly string[];
  /** Made by somebody else, or kept. */
  readonly stays: readonly string[];
  /** People's apps and keys go, too. */
  readonly removeApps: boolean;
  /** The run that is at work on it now. */
  readonly holding: string | undefined;
  /** What the configuration says otherwise than when it was provisioned: the teardown goes by what was. */
  readonly moved: readonly ConfigurationChange[];
  /** Other places that earlier runs have made something in: the teardown does not look there. */
  readonly elsewhere: readonly string[];
  /** Other things go than when it was approved, which is why it did not begin. */
  readonly isStale?: boolean;
}

export interface Audience {
  /** @throws permanent/profile_hidden when the person's email is not visible to the bot; worded for `asker`. */
  profile(user: string, asker?: string): Promise<Profile>;
  /** Shows the key to its owner alone: fills the modal, else says ephemerally that it waits behind Reveal. */
  revealKey(to: Addressee, reveal: KeyReveal): Promise<void>;
  /** Says, to the owner alone, that the key exists (masked) with a Reveal button. */
  announceKey(to: Addressee, reveal: KeyReveal): Promise<void>;
  /** Says what became of keys: in the asker's window, else to their eyes; in a direct message where `to` names one. */
  tellKey(to: Addressee, news: KeyNews): Promise<void>;
  /**
   * Asks the operators, once an id; what they decide comes as a job of its own, and whoever waits for it is told so.
   * @returns what was decided on it before, and until when it is open.
   */
  askApproval(
    request: ApprovalRequest,
    waiting?: Addressee,
  ): Promise<Pick<Question, 'decision' | 'until'>>;
  /**
   * Asks the operators for a quota; of one person's wishes for one gateway one is open at a time, and a newer takes its place.
   * @returns the question: an earlier one where that asks for the same; and the wish that it has put an end to.
   */
  askForQuota(
    request: QuotaRequest,
  ): Promise<{ readonly question: Question; readonly instead: Question | undefined }>;
  question(id: string): Promise<Question | undefined>;
  /** Says wherever it was asked what has become of it. `reopened`: it could not be carried out yet. */
  closeQuestion(id: string, how: 'decided' | 'expired' | 'reopened'): Promise<Question | undefined>;
  /** Tells whoever waits for it, in a direct message and once, that it was denied or that nobody has decided in time. */
  tellQuestion(question: Question): Promise<void>;
  /** To the asker's eyes; in a direct message where `to` names one, and then once a job. */
  tellQuota(to: Addressee, news: QuotaNews): Promise<void>;
  /** To the person's eyes alone. */
  warnQuota(to: Addressee, warning: QuotaWarning): Promise<void>;
  /** Opens the place in the channel where an answer will grow; repeatable after a crash (same job, same message). */
  openAnswer(to: Addressee, asked: Asked): Promise<AnswerMessage>;
  showQuota(to: Addressee, report: QuotaReport): Promise<void>;
  showStatus(to: Addressee, status: GatewayStatus): Promise<void>;
  /** Begins to look for a person's Home; what was begun later takes the place of what was begun before, never the reverse. */
  openHome(user: string): Promise<{ show(report: HomeReport): Promise<void> }>;
  showPlan(to: Addressee, plan: GatewayPlan, showing: PlanShowing): Promise<void>;
  showDiagnosis(to: Addressee, diagnosis: Diagnosis): Promise<void>;
  /** Asks whether to begin; `to.job` is the id of the run that would. */
  showTeardown(to: Addressee, teardown: GatewayTeardown): Promise<void>;
  /** A failed job: explained to whoever asked. */
  fail(to: Addressee, fault: Fault): Promise<void>;
}
