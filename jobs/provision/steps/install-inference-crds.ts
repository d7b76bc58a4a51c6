// Step: CRDs of the inference gateway that the cluster lacks.
import { type KubernetesObject, isOurs } from '../../../src/clients/kubernetes/client.ts';
import type { Check, Step } from '../../../src/engine/step.ts';
import { conditionsOf, unmetCondition } from '../../../src/gateway/conditions.ts';
import type { ProvisionEnv } from '../../../src/gateway/env.ts';
import { refusable, watchFor } from '../step-parts/manifest-step.ts';
import { manifest } from '../step-parts/manifests.ts';
import { type Context, checkObject, kubernetesOf, refOf } from '../../../src/gateway/objects.ts';
import { objectRemoval } from '../step-parts/removal.ts';
import { noCluster, orWithoutCluster } from '../../../src/gateway/without-cluster.ts';

/** GKE 1.34 and later includes InferencePool, but not InferenceObjective. */
const names = ['inference/inferencepool-crd', 'inference/inferenceobjective-crd'] as const;

export const installInferenceCrds: Step<ProvisionEnv> = {
  id: 'install-inference-crds',
  title: 'Install inference CRDs',
  needs: ['create-cluster'],
  kind: 'make',
  check: (context) => refusable(orWithoutCluster(check(context), noCluster)),
  async apply(context) {
    for (const spec of await specs(context)) {
      await kubernetesOf(context).apply(spec, { signal: context.signal });
    }
  },
  async wait(context) {
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
    const found = await checkObject(context, spec, unmet);
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

/** Missing CRDs and our own; others' stay unchanged. */
async function specs(context: Context): Promise<KubernetesObject[]> {
  const found = await Promise.all(
    names.map(async (name) => {
      const spec = manifest(context, name);
      const live = await kubernetesOf(context).get(refOf(spec), { signal: context.signal });
      return live === undefined || isOurs(live) ? spec : undefined;
    }),
  );
  return found.filter((spec) => spec !== undefined);
}

function unmet(found: KubernetesObject): string | undefined {
  return unmetCondition(found, conditionsOf(found), ['Established']);
}
