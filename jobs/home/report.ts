// Report behind a person's Home: gateways, masked keys and usage. Types only.
import type { GatewayStatus } from '../health/status/notifier.ts';
import type { KeyApp } from '../keys/notifier.ts';
import type { ActiveRun } from '../../src/gateway/runs.ts';
import type { Fault } from '../../src/kernel/errors.ts';
import type { QuotaReport } from '../quota/usage/report.ts';

/** A part that could not be read does not hide the others. */
export type PartOf<T> = { readonly found: T } | { readonly fault: Fault };

export interface GatewayHome {
  readonly gateway: string;
  readonly status: PartOf<GatewayStatus>;
  readonly activeRun: ActiveRun | undefined;
  /** Every key masked. */
  readonly apps: PartOf<readonly KeyApp[]>;
  /** Over the last seven days. */
  readonly quota: PartOf<QuotaReport>;
}

export interface HomeReport {
  /** Slack id. */
  readonly user: string;
  /** When it was read, ms since the epoch. */
  readonly at: number;
  readonly gateways: readonly GatewayHome[];
}
