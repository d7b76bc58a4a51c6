// Teardown notifications: the preview's data and the notifier port.
import type { ApprovalNotifier } from '../approvals/index.ts';
import type { Addressee } from '../../src/job/addressee.ts';
import type { JobContext } from '../../src/job/context.ts';
import type { ConfigurationChange } from '../../src/gateway/options.ts';

/** The effect of a teardown now, by resource names. */
export interface GatewayTeardown {
  readonly gateway: string;
  /** Deleted, in the order of creation. */
  readonly goes: readonly string[];
  /** Created outside llmgw, or kept on purpose. */
  readonly stays: readonly string[];
  /** Deletes developer apps and keys too. */
  readonly removeApps: boolean;
  /** Active run of the gateway. */
  readonly activeRun: string | undefined;
  /** Configuration changes since the provisioning; the teardown uses the old values. */
  readonly moved: readonly ConfigurationChange[];
  /** Other places of earlier runs, which the teardown does not check. */
  readonly elsewhere: readonly string[];
  /** The resources differ from the approved list, so nothing started. */
  readonly isStale?: boolean;
}

export interface TeardownNotifier {
  /** Shows the question; `to.job` is the id of the run. */
  showTeardown(to: Addressee, teardown: GatewayTeardown): Promise<void>;
}

export type TeardownContext = JobContext & {
  readonly notifier: TeardownNotifier & ApprovalNotifier;
};
