// Shared parts of steps that apply one Kubernetes object: check and removal.
import type {
  FieldChange,
  KubernetesClient,
  KubernetesObject,
  ObjectRef,
} from '../clients/kubernetes/client.ts';
import type { Check, Needed, StepContext } from '../engine/step.ts';
import type { ProvisionEnv } from './env.ts';

export type Context = StepContext<ProvisionEnv>;

export const kubernetesOf = ({ env }: Context): KubernetesClient =>
  env.clients.kubernetes(env.gateway);

/** @param notReady describes what the current object lacks; undefined: nothing. */
export async function checkObject(
  context: Context,
  wish: KubernetesObject,
  notReady: (found: KubernetesObject) => string | undefined,
): Promise<Check> {
  const { signal } = context;
  const compared = await kubernetesOf(context).wouldChange(wish, { signal });
  const name = nameOf(wish);
  if (compared === 'absent') return missing(name);
  const { live, changes } = compared;
  if (changes.length === 0) return readiness(name, notReady(live));
  const unmet = notReady(live);
  return {
    state: 'drifted',
    what: changes.map((change) => `${name}: ${formatChange(change)}`),
    ...(unmet === undefined ? {} : { unmet }),
  };
}

/** The same without a dry run: one call. */
export async function glanceAtObject(
  context: Context,
  wish: KubernetesObject,
  notReady: (found: KubernetesObject) => string | undefined,
): Promise<Check> {
  const { signal } = context;
  const found = await kubernetesOf(context).get(refOf(wish), { signal });
  return found === undefined ? missing(nameOf(wish)) : readiness(nameOf(wish), notReady(found));
}

const nameOf = ({ kind, metadata }: KubernetesObject): string => `${kind} ${metadata.name}`;

const readiness = (name: string, unmet: string | undefined): Check =>
  unmet === undefined
    ? { state: 'done' }
    : { state: 'needed', why: 'not_ready', of: [name], reason: `${name}: ${unmet}`, unmet };

const missing = (name: string): Needed => ({
  state: 'needed',
  why: 'absent',
  of: [name],
  reason: `${name} is missing`,
});

/** `spec.replicas (set by kubectl at 2026-05-04 10:15 UTC)`; without an owner if ours, from an earlier configuration. */
function formatChange({ field, setBy }: FieldChange): string {
  if (setBy === undefined) return field;
  const at = setBy.at === '' ? '' : ` at ${setBy.at.slice(0, 16).replace('T', ' ')} UTC`;
  return `${field} (set by ${setBy.manager}${at})`;
}

export const refOf = ({ apiVersion, kind, metadata }: KubernetesObject): ObjectRef => ({
  apiVersion,
  kind,
  namespace: metadata.namespace,
  name: metadata.name,
});
