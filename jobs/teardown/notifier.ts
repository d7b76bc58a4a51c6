// What a teardown takes away, as people are shown it.
import type { ApprovalNotifier } from '../approvals/index.ts';
import type { Addressee } from '../../src/job/addressee.ts';
import type { JobContext } from '../../src/job/context.ts';
import type { ConfigurationChange } from '../../src/gateway/options.ts';

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
  readonly activeRun: string | undefined;
  /** What the configuration says otherwise than when it was provisioned: the teardown goes by what was. */
  readonly moved: readonly ConfigurationChange[];
  /** Other places that earlier runs have made something in: the teardown does not look there. */
  readonly elsewhere: readonly string[];
  /** Other things go than when it was approved, which is why it did not begin. */
  readonly isStale?: boolean;
}

export interface TeardownNotifier {
  /** Asks whether to begin; `to.job` is the id of the run that would. */
  showTeardown(to: Addressee, teardown: GatewayTeardown): Promise<void>;
}

export type TeardownContext = JobContext & {
  readonly notifier: TeardownNotifier & ApprovalNotifier;
};
