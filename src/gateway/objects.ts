// What steps that apply one Kubernetes object have in common: looking at it, and taking it away.
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

/** @param notReady says in words what the object as it is still lacks; undefined: nothing. */
export async function checkObject(
  context: Context,
  wish: KubernetesObject,
  notReady: (found: KubernetesObject) => string | undefined,
): Promise<Check> {
  const { signal } = context;
  const kubernetes = kubernetesOf(context);
  const changes = await kubernetes.wouldChange(wish, { signal });
  const name = `${wish.kind} ${wish.metadata.name}`;
  if (changes === 'absent') return missing(name);
  if (changes.length > 0) {
    return { state: 'drifted', what: changes.map((change) => `${name}: ${inWords(change)}`) };
  }
  const found = await kubernetes.get(refOf(wish), { signal });
  if (found === undefined) return missing(name);
  const lacks = notReady(found);
  return lacks === undefined
    ? { state: 'done' }
    : { state: 'needed', why: 'not_ready', of: [name], reason: `${name}: ${lacks}` };
}

const missing = (name: string): Needed => ({
  state: 'needed',
  why: 'absent',
  of: [name],
  reason: `${name} is missing`,
});

/** `spec.replicas (set by kubectl at 2026-05-04 10:15 UTC)`; nobody named where it is ours, of an earlier configuration. */
function inWords({ field, setBy }: FieldChange): string {
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
