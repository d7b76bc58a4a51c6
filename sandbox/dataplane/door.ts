// Dependencies of a gateway's server, and its record of each served request.
import type { SandboxContext } from '../core/context.ts';
import type { Cluster, KubeObject } from '../kubernetes/cluster.ts';
import type { Vllm } from '../vllm/vllm.ts';
import type { ApigeeRuntime, SeenCall } from './apigee-runtime.ts';
import type { DataplaneState } from './state.ts';
import type { Trace } from './trace.ts';

export interface GatewayDoor {
  readonly context: SandboxContext;
  readonly state: DataplaneState;
  readonly runtime: ApigeeRuntime;
  readonly vllm: Vllm;
  readonly cluster: Cluster;
  readonly gateway: KubeObject;
  /** Number of active requests of each pod, by uid. */
  readonly load: Map<string, number>;
  /** Trace of the current request. */
  readonly trace: Trace;
}

export interface Served {
  readonly verdict: string;
  readonly app: string | undefined;
  /** For Apigee's analytics: absent when Apigee did not see the request. */
  readonly seen?: SeenCall | undefined;
  /** True when Apigee itself refused the request. */
  readonly isRefused?: boolean;
}

export function reportUnknown(door: GatewayDoor, call: string): void {
  door.context.unknown.push({ service: 'dataplane', call, at: door.context.clock.now() });
}
