// Hops of the request path with a healthy resource.
import type { CloudState } from '../../live/live-state.ts';
import type { Hop } from '../../dataplane/trace.ts';

const wanted: readonly (readonly [hop: Hop, kind: string, name: RegExp])[] = [
  ['gateway', 'Gateway', /./],
  ['extension', 'GCPTrafficExtension', /./],
  ['apigee', 'Environment', /./],
  ['pool', 'InferencePool', /./],
  ['model', 'Pod', /vllm|model/],
];

export function standingHops(cloud: CloudState | undefined): ReadonlySet<Hop> {
  const well = (cloud?.parts ?? [])
    .flatMap(({ things }) => things)
    .filter(({ state }) => state === 'ok');
  const there = wanted
    .filter(([, kind, name]) => well.some((one) => one.kind === kind && name.test(one.name)))
    .map(([hop]) => hop);
  return new Set<Hop>(['client', ...there]);
}
