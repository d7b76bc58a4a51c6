// Revisions of a Deployment, recorded on its ReplicaSets for rollout history and undo.
import type { KubeObject } from '../kubernetes/cluster.ts';
import { refOf } from './conditions.ts';
import type { Pass } from './loop.ts';

const key = 'deployment.kubernetes.io/revision';
const historyKey = 'deployment.kubernetes.io/revision-history';
/** Annotations of the Deployment only; every other annotation also describes its revision. */
const ownOnly = new Set([key, historyKey, 'kubectl.kubernetes.io/last-applied-configuration']);

const revisionOf = (set: KubeObject): number => Number(set.metadata.annotations?.[key] ?? 0);

/** Annotations of the newest set, given those of the earlier sets. */
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
  // A reused template becomes the newest revision again and keeps its earlier numbers.
  const history =
    own > 0 && own !== revision
      ? { [historyKey]: [before[historyKey], own].filter((one) => one !== undefined).join(',') }
      : {};
  return { ...before, ...Object.fromEntries(described), ...history, [key]: String(revision) };
}

/** Writes annotations that differ: all on the newest set, only the number on the Deployment. */
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

/** Deletes empty old sets above the history limit, the oldest first. */
export function trimHistory(pass: Pass, old: readonly KubeObject[], limit: number): void {
  const isEmpty = (set: KubeObject): boolean => {
    const { replicas: wanted = 0 } = (set['spec'] ?? {}) as { replicas?: number };
    const { replicas: there = 0 } = (set['status'] ?? {}) as { replicas?: number };
    return wanted === 0 && there === 0 && set.metadata.deletionTimestamp === undefined;
  };
  const empty = old.filter(isEmpty).toSorted((left, right) => revisionOf(left) - revisionOf(right));
  for (const set of empty.slice(0, Math.max(0, old.length - limit))) pass.store.delete(refOf(set));
}
