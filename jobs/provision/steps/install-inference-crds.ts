// Step: CRDs of the inference gateway that the cluster lacks.
import { z } from 'zod';
import { type KubernetesObject, isOurs } from '../../../src/clients/kubernetes/client.ts';
import type { Check, Step } from '../../../src/engine/step.ts';
import { conditionsOf, unmetCondition } from '../../../src/gateway/conditions.ts';
import type { ProvisionEnv } from '../../../src/gateway/env.ts';
import { refusable, watchFor } from '../step-parts/manifest-step.ts';
import { manifest } from '../step-parts/manifests.ts';
import { type Context, checkObject, kubernetesOf, refOf } from '../../../src/gateway/objects.ts';
import { isAtLeast, versions } from '../step-parts/versions.ts';
import { objectRemoval } from '../step-parts/removal.ts';
import { noCluster, orWithoutCluster } from '../../../src/gateway/without-cluster.ts';

/** GKE 1.34 and later includes InferencePool, but not InferenceObjective. */
const names = ['inference/inferencepool-crd', 'inference/inferenceobjective-crd'] as const;

/** Time to wait for GKE's InferencePool before our own definition replaces it. */
const patienceMs = 2 * 60_000;

export const installInferenceCrds: Step<ProvisionEnv> = {
  id: 'install-inference-crds',
  title: 'Install inference CRDs',
  needs: ['create-cluster'],
  kind: 'make',
  check: (context) => refusable(orWithoutCluster(check(context), noCluster)),
  async apply(context) {
    const due = await specs(context);
    for (const spec of due.filter((one) => !isPool(one) || !bringsPool(context))) {
      await kubernetesOf(context).apply(spec, { signal: context.signal });
    }
  },
  async wait(context) {
    await replaceLatePool(context);
    for (const name of names) {
      const seen = await watchFor(context, manifest(context, name), unmet);
      if (seen !== undefined) return { state: 'notYet', seen };
    }
    return { state: 'ready' };
  },
  undo: objectRemoval({ title: 'Delete inference CRDs', expectMs: 5_000 }, (context) =>
    names.map((name) => refOf(manifest(context, name))),
  ),
  deadlineMs: 10 * 60_000,
  expectMs: 5_000,
  retry: 'cloud',
};

async function check(context: Context): Promise<Check> {
  for (const spec of await specs(context)) {
    const found = await refusable(checkObject(context, spec, unmet));
    // GKE may have installed it since its absence was seen.
    if (found.state === 'refused' && !(await isDue(context, spec))) continue;
    if (found.state !== 'done') return found;
  }
  for (const name of names) {
    const ref = refOf(manifest(context, name));
    const found = await kubernetesOf(context).get(ref, { signal: context.signal });
    const seen = found === undefined ? 'missing' : unmet(found);
    if (seen !== undefined) {
      const why = found === undefined ? 'absent' : 'not_ready';
      return { state: 'needed', why, of: [ref.name], reason: `${ref.name}: ${seen}` };
    }
  }
  return { state: 'done' };
}

const isPool = ({ metadata }: KubernetesObject): boolean =>
  metadata.name.startsWith('inferencepools.');

const created = z.object({ version: z.string() });

/** GKE's addon manager installs it after the cluster is RUNNING, and takes over an existing one. */
function bringsPool({ outputs }: Context): boolean {
  const cluster = created.safeParse(outputs['create-cluster']);
  return cluster.success && isAtLeast(cluster.data.version, versions.bringsInferencePool);
}

/** Applies our own InferencePool once GKE has had its time. */
async function replaceLatePool(context: Context): Promise<void> {
  if (!bringsPool(context)) return;
  const [pool, objective] = names.map((name) => manifest(context, name));
  if (pool === undefined || objective === undefined) return;
  const { signal } = context;
  const kubernetes = kubernetesOf(context);
  if ((await kubernetes.get(refOf(pool), { signal })) !== undefined) return;
  const beside = await kubernetes.get(refOf(objective), { signal });
  // The cluster's age is the time that GKE has had.
  const since = Date.parse(beside?.metadata.creationTimestamp ?? '');
  if (Date.now() - since < patienceMs) return;
  await kubernetes.apply(pool, { signal }).catch(async (error: unknown) => {
    // GKE has just installed its own.
    if (await isDue(context, pool)) throw error;
  });
}

/** Missing CRDs and our own; others' stay unchanged. */
async function specs(context: Context): Promise<KubernetesObject[]> {
  const found = await Promise.all(
    names.map(async (name) => {
      const spec = manifest(context, name);
      return (await isDue(context, spec)) ? spec : undefined;
    }),
  );
  return found.filter((spec) => spec !== undefined);
}

async function isDue(context: Context, spec: KubernetesObject): Promise<boolean> {
  const live = await kubernetesOf(context).get(refOf(spec), { signal: context.signal });
  return live === undefined || (isOurs(live) && !isOfGke(live));
}

/** Objects that the addon manager reconciles belong to GKE, even if we created them. */
const isOfGke = ({ metadata }: KubernetesObject): boolean =>
  metadata.labels?.['addonmanager.kubernetes.io/mode'] !== undefined;

function unmet(found: KubernetesObject): string | undefined {
  return unmetCondition(found, conditionsOf(found), ['Established']);
}
