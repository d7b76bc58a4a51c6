// What the load balancers have been programmed with, and what the data plane counts: kept over restarts.
import type { SandboxContext } from '../core/context.ts';
import type { ExtensionSpec, RouteSpec } from '../controllers/gateway-views.ts';

export interface DataplaneState {
  /** By cluster id. */
  clusters: Record<string, Programmed>;
  /** Quota windows by counter. */
  quotas: Record<string, QuotaWindow>;
  /**
   * When a window begins: with the first request in it, or on the clock's minute, hour, day or month in UTC, as
   * Apigee's default type does. Absent: with the first request.
   */
  quotaWindows?: 'first-request' | 'clock';
  /**
   * By which host Apigee finds the environment: the one that the operator gave its group, or the client's own `Host`,
   * which the load balancer forwards. Nobody documents which. Absent: `operator`.
   */
  authority?: 'operator' | 'client';
  /** Domain names whose DNS records point to a gateway. */
  names?: string[];
  /** By counter, when spike arrest takes the next request. Absent: none was asked for yet. */
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
  /** `developer/app` of the key, where one was recognised. */
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
