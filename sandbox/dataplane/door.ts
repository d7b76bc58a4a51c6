// What a gateway's server works with, and what it says of each request that it has served.
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
  /** Requests that each pod is answering now, by uid. */
  readonly load: Map<string, number>;
  /** Of the one request that is served. */
  readonly trace: Trace;
}

export interface Served {
  readonly verdict: string;
  readonly app: string | undefined;
  /** For Apigee's analytics: absent when Apigee did not see the request. */
  readonly seen?: SeenCall | undefined;
  /** Apigee itself refused it. */
  readonly isRefused?: boolean;
}

export function reportUnknown(door: GatewayDoor, call: string): void {
  door.context.unknown.push({ service: 'dataplane', call, at: door.context.clock.now() });
}
