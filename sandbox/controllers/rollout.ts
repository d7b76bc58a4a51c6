// Next replica count of each ReplicaSet in a rollout, as a pure function.
import type { DeploymentSpec } from './workload.ts';

export interface SetCounts {
  readonly wanted: number;
  readonly there: number;
  readonly ready: number;
}

export interface Rollout {
  readonly replicas: number;
  /** In the order of the old sets given. */
  readonly old: readonly number[];
}

/** One step of the rollout; called again at every change until nothing changes. */
export function rolledOut(
  spec: DeploymentSpec,
  current: SetCounts,
  old: readonly SetCounts[],
): Rollout {
  const oldThere = old.reduce((sum, set) => sum + Math.max(set.wanted, set.there), 0);
  if (spec.strategy.type === 'Recreate') {
    return { replicas: oldThere > 0 ? 0 : spec.replicas, old: old.map(() => 0) };
  }
  const room = spec.replicas + maxSurge(spec) - oldThere;
  const replicas =
    current.wanted > spec.replicas
      ? spec.replicas
      : Math.max(current.wanted, Math.min(spec.replicas, room));
  return { replicas, old: shrink(spec, current, old) };
}

/** Old sets lose unready pods first, then as many ready ones as may be unavailable. */
function shrink(spec: DeploymentSpec, current: SetCounts, old: readonly SetCounts[]): number[] {
  const least = spec.replicas - maxUnavailable(spec);
  const ready = old.reduce((sum, set) => sum + set.ready, current.ready);
  let spare = Math.max(0, ready - least);
  return old.map((set) => {
    const kept = Math.min(set.wanted, set.ready);
    const gone = Math.min(kept, spare);
    spare -= gone;
    return kept - gone;
  });
}

const share = (value: number | string, of: number, round: (n: number) => number): number =>
  typeof value === 'number' ? value : round((Number.parseFloat(value) / 100) * of);

function maxSurge(spec: DeploymentSpec): number {
  return share(spec.strategy.rollingUpdate.maxSurge, spec.replicas, Math.ceil);
}

/** Rounded down; 1 where surge and this would both be 0: otherwise the rollout never proceeds. */
export function maxUnavailable(spec: DeploymentSpec): number {
  if (spec.strategy.type === 'Recreate') return 0;
  const missing = share(spec.strategy.rollingUpdate.maxUnavailable, spec.replicas, Math.floor);
  return missing === 0 && maxSurge(spec) === 0 ? 1 : missing;
}
