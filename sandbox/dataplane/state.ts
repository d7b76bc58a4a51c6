// Programmed state of the load balancers and counters of the data plane, persistent.
import type { SandboxContext } from '../core/context.ts';
import type { ExtensionSpec, RouteSpec } from '../controllers/gateway-views.ts';

export interface DataplaneState {
  /** By cluster id. */
  clusters: Record<string, Programmed>;
  /** Quota windows by counter. */
  quotas: Record<string, QuotaWindow>;
  /**
   * Start of a window: its first request, or the clock's minute, hour, day or month in UTC, as in
   * Apigee's default type. Absent: the first request.
   */
  quotaWindows?: 'first-request' | 'clock';
  /**
   * Host by which Apigee finds the environment: that of the operator's group, or the client's own `Host`,
   * which the load balancer forwards. This is undocumented. Absent: `operator`.
   */
  authority?: 'operator' | 'client';
  /** Domain names with DNS records for a gateway. */
  names?: string[];
  /** Time of the next allowed request under spike arrest, by counter. Absent: no request yet. */
  spikes?: Record<string, number>;
  /** The last requests, oldest first. */
  requests: RequestRecord[];
}

export interface Programmed {
  /** By route uid and gateway uid. */
  routes: Record<string, ProgrammedRoute>;
  extensions: Record<string, ProgrammedExtension>;
}

export interface ProgrammedRoute {
  gatewayUid: string;
  namespace: string;
  name: string;
  createdAt: string;
  spec: RouteSpec;
}

export interface ProgrammedExtension {
  gatewayUid: string;
  namespace: string;
  name: string;
  spec: ExtensionSpec;
}

export interface QuotaWindow {
  /** Real ms since the epoch. */
  startedAt: number;
  count: number;
}

export interface RequestRecord {
  readonly at: number;
  readonly gateway: string;
  readonly method: string;
  readonly path: string;
  /** `developer/app` of a recognised key. */
  readonly app?: string | undefined;
  readonly verdict: string;
  readonly status: number;
  readonly ms: number;
}

const ringSize = 200;

export const dataplaneState = (context: SandboxContext): DataplaneState =>
  context.state<DataplaneState>('dataplane', () => ({ clusters: {}, quotas: {}, requests: [] }));

export function record(
  context: SandboxContext,
  state: DataplaneState,
  request: RequestRecord,
): void {
  state.requests.push(request);
  state.requests.splice(0, Math.max(0, state.requests.length - ringSize));
  context.changed('dataplane');
}
