// Manifest step: applies manifests, waits for readiness, removes them in reverse.
import type { KubernetesObject } from '../../../src/clients/kubernetes/client.ts';
import { type Json, LlmgwError } from '../../../src/kernel/errors.ts';
import type { Check, Needed, Removal, Step, Wait } from '../../../src/engine/step.ts';
import type { ProvisionEnv } from '../../../src/gateway/env.ts';
import { type Values, manifest } from './manifests.ts';
import {
  type Context,
  checkObject,
  glanceAtObject,
  kubernetesOf,
  refOf,
} from '../../../src/gateway/objects.ts';
import { objectRemoval } from './removal.ts';
import { noCluster, orWithoutCluster } from '../../../src/gateway/without-cluster.ts';

/** Names the unmet condition of an object; undefined when it is ready. */
export type UnmetCondition = (found: KubernetesObject) => string | undefined;

interface Manifest {
  readonly name: string;
  readonly unmet?: UnmetCondition;
  /** Instead of `unmet`, if the cluster defines the test. */
  readonly condition?: (context: Context) => Promise<UnmetCondition>;
}

const conditionOf = async (
  { unmet, condition }: Manifest,
  context: Context,
): Promise<UnmetCondition | undefined> =>
  condition === undefined ? unmet : await condition(context);

export interface ManifestStep extends Pick<
  Step<ProvisionEnv>,
  | 'id'
  | 'title'
  | 'needs'
  | 'needsWhen'
  | 'part'
  | 'pods'
  | 'deadlineMs'
  | 'expectMs'
  | 'verify'
  | 'continuesAfterCancel'
> {
  /** In the order of application; `condition` or `unmet` for those with a readiness condition. */
  readonly manifests: readonly Manifest[];
  /** Edited objects still report ready, so that a glance must compare them too. */
  readonly driftsSilently?: true;
  /** Title and typical duration of the removal. */
  readonly removal: Pick<Removal<ProvisionEnv>, 'title' | 'expectMs' | 'continuesAfterCancel'>;
  /** Values outside the configuration, such as secrets. */
  readonly values?: (context: Context) => Values;
  /** Data of the last object for later steps. */
  readonly output?: (found: KubernetesObject, context: Context) => Json;
}

/** Duration of one watch. */
const watchMs = 15_000;

export function manifestStep(table: ManifestStep): Step<ProvisionEnv> {
  const { manifests, values, removal, output, driftsSilently, ...shared } = table;
  const desired = (context: Context, name: string): KubernetesObject =>
    manifest(context, name, values?.(context) ?? {});

  const result = async (context: Context): Promise<{ output?: Json }> => {
    const last = manifests.at(-1);
    if (output === undefined || last === undefined) return {};
    const ref = refOf(desired(context, last.name));
    const found = await kubernetesOf(context).get(ref, { signal: context.signal });
    return found === undefined ? {} : { output: output(found, context) };
  };
  const check = async (context: Context): Promise<Check> => {
    const drifted: Drifted[] = [];
    const needed: Needed[] = [];
    for (const row of manifests) {
      const { name } = row;
      const unmet = await conditionOf(row, context);
      const found = await checkObject(context, desired(context, name), unmet ?? (() => undefined));
      if (found.state === 'refused') return found;
      if (found.state === 'drifted') drifted.push(found);
      if (found.state === 'needed') needed.push(found);
    }
    const what = drifted.flatMap((one) => one.what);
    if (needed.length > 0) return asOne(needed, what);
    if (drifted.length > 0) return { state: 'drifted', what, ...firstUnmet(drifted) };
    return { state: 'done', ...(await result(context)) };
  };
  const glance = async (context: Context): Promise<Check> => {
    for (const row of manifests) {
      const { name } = row;
      const unmet = await conditionOf(row, context);
      if (unmet === undefined) continue;
      const found = await glanceAtObject(context, desired(context, name), unmet);
      if (found.state !== 'done') return found;
    }
    return { state: 'done' };
  };
  const withAnswers =
    (look: typeof check): typeof check =>
    (context) =>
      refusable(orWithoutCluster(look(context), noCluster));
  return {
    ...shared,
    kind: 'make',
    retry: 'cloud',
    check: withAnswers(check),
    ...(table.part === undefined
      ? {}
      : { glance: withAnswers(driftsSilently === true ? check : glance) }),
    apply: async (context) => {
      for (const { name } of manifests) {
        await kubernetesOf(context).apply(desired(context, name), { signal: context.signal });
      }
    },
    wait: async (context): Promise<Wait> => {
      for (const row of manifests) {
        const { name } = row;
        const unmet = await conditionOf(row, context);
        if (unmet === undefined) continue;
        const seen = await watchFor(context, desired(context, name), unmet);
        if (seen !== undefined) return { state: 'notYet', seen };
      }
      return { state: 'ready', ...(await result(context)) };
    },
    undo: objectRemoval(removal, (context) =>
      manifests.map(({ name }) => refOf(desired(context, name))),
    ),
  };
}

type Drifted = Extract<Check, { state: 'drifted' }>;

function firstUnmet(found: readonly Pick<Needed, 'unmet'>[]): Pick<Needed, 'unmet'> {
  const unmet = found.find((one) => one.unmet !== undefined)?.unmet;
  return unmet === undefined ? {} : { unmet };
}

/** The same apply also reverts edits. */
function asOne(needed: readonly Needed[], drifted: readonly string[]): Needed {
  return {
    state: 'needed',
    why: needed.some(({ why }) => why === 'absent') ? 'absent' : 'not_ready',
    of: needed.flatMap(({ of = [] }) => of),
    reason: [...needed.map(({ reason }) => reason), ...drifted].join(', '),
    ...firstUnmet(needed),
  };
}

/** A refusal, such as a foreign object, is a result of a check and no failure. */
export async function refusable(check: Promise<Check>): Promise<Check> {
  try {
    return await check;
  } catch (error) {
    if (error instanceof LlmgwError && error.fault.kind === 'refused') {
      return { state: 'refused', why: error.fault };
    }
    throw error;
  }
}

/** Watches for a limited time. @returns the unmet condition; undefined when the object is ready. */
export async function watchFor(
  context: Context,
  desired: KubernetesObject,
  unmet: UnmetCondition,
): Promise<string | undefined> {
  const found = await kubernetesOf(context).watchUntil(
    refOf(desired),
    (object) => object !== undefined && unmet(object) === undefined,
    { timeoutMs: watchMs, signal: context.signal },
  );
  const name = `${desired.kind} ${desired.metadata.name}`;
  if (found === undefined) return `${name} is missing`;
  const seen = unmet(found);
  return seen === undefined ? undefined : `${name}: ${seen}`;
}
