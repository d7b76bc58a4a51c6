// The revisions of a Deployment: numbered and described on its ReplicaSets, so that a rollout has a history and can be undone.
import type { KubeObject } from '../kubernetes/cluster.ts';
import { refOf } from './conditions.ts';
import type { Pass } from './loop.ts';

const key = 'deployment.kubernetes.io/revision';
const historyKey = 'deployment.kubernetes.io/revision-history';
/** Of the Deployment alone; everything else that it is annotated with describes its revision too. */
const ownOnly = new Set([key, historyKey, 'kubectl.kubernetes.io/last-applied-configuration']);

const revisionOf = (set: KubeObject): number => Number(set.metadata.annotations?.[key] ?? 0);

/** Annotations of the set that is now the newest, given those before it. */
export function describeRevision(
  deployment: KubeObject,
  current: KubeObject | undefined,
  old: readonly KubeObject[],
): Record<string, string> {
  const described = Object.entries(deployment.metadata.annotations ?? {}).filter(
    ([name]) => !ownOnly.has(name),
  );
  const before = { ...current?.metadata.annotations };
  const last = Math.max(0, ...old.map(revisionOf));
  const own = current === undefined ? 0 : revisionOf(current);
  const revision = own > last ? own : last + 1;
  // A template that comes back is the newest revision again, and remembers the numbers it had.
  const history =
    own > 0 && own !== revision
      ? { [historyKey]: [before[historyKey], own].filter((one) => one !== undefined).join(',') }
      : {};
  return { ...before, ...Object.fromEntries(described), ...history, [key]: String(revision) };
}

/** Writes the annotations where they differ: on the newest set and, the number alone, on the Deployment. */
export function writeRevision(
  pass: Pass,
  deployment: KubeObject,
  current: KubeObject,
  old: readonly KubeObject[],
): void {
  const annotations = describeRevision(deployment, current, old);
  pass.store.update(refOf(current), (object) => {
    object.metadata.annotations = annotations;
  });
  numberDeployment(pass, deployment, annotations);
}

export function numberDeployment(
  pass: Pass,
  deployment: KubeObject,
  annotations: Record<string, string>,
): void {
  const revision = annotations[key] ?? '1';
  if (deployment.metadata.annotations?.[key] === revision) return;
  pass.store.update(refOf(deployment), (object) => {
    object.metadata.annotations = { ...object.metadata.annotations, [key]: revision };
  });
}

/** Old sets that are empty go once there are more of them than the history may hold, the oldest first. */
export function trimHistory(pass: Pass, old: readonly KubeObject[], limit: number): void {
  const isEmpty = (set: KubeObject): boolean => {
    const { replicas: wanted = 0 } = (set['spec'] ?? {}) as { replicas?: number };
    const { replicas: there = 0 } = (set['status'] ?? {}) as { replicas?: number };
    return wanted === 0 && there === 0 && set.metadata.deletionTimestamp === undefined;
  };
  const empty = old.filter(isEmpty).toSorted((left, right) => revisionOf(left) - revisionOf(right));
  for (const set of empty.slice(0, Math.max(0, old.length - limit))) pass.store.delete(refOf(set));
}
