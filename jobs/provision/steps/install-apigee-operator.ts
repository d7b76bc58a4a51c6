// Step: Apigee operator for Kubernetes, installed with Helm after its CRDs.
import type { ReleaseSpec } from '../../../src/clients/helm/client.ts';
import type { Check, Inventory, Step } from '../../../src/engine/step.ts';
import { conditionsOf, unmetCondition } from '../../../src/gateway/conditions.ts';
import type { ProvisionEnv } from '../../../src/gateway/env.ts';
import { operatorDefinitions, operatorRef } from '../../../src/gateway/resources.ts';
import { type Context, kubernetesOf } from '../../../src/gateway/objects.ts';
import { podsOf, unmetRollout } from '../../../src/gateway/rollout.ts';
import { emptyInventory } from '../step-parts/removal.ts';
import { versions } from '../step-parts/versions.ts';
import { noCluster, orWithoutCluster } from '../../../src/gateway/without-cluster.ts';
import { isClusterOurs } from './create-cluster.ts';
import { operatorAccount } from '../step-parts/operator-identity.ts';

const namespace = 'apim';
const operatorName = operatorRef.name;
const definitions = Object.values(operatorDefinitions);

export const installApigeeOperator: Step<ProvisionEnv> = {
  id: 'install-apigee-operator',
  title: 'Install Apigee operator',
  needs: ['create-cluster', 'prepare-apigee-identity', 'create-apigee-environment'],
  kind: 'make',
  pods: { namespace: 'apim', selector: '' },
  part: {
    name: 'The Apigee operator',
    absent: 'is not installed, so no change takes effect',
    unready: 'is not ready',
    role: 'change',
  },
  check: (context) => orWithoutCluster(check(context), noCluster),
  glance: (context) => orWithoutCluster(readiness(context), noCluster),
  async apply(context) {
    const helm = helmOf(context);
    for (const spec of releases(context)) {
      const found = await differences(context, spec);
      const isDue = found === 'absent' || found.length > 0;
      if (isDue || (spec.name === operatorName && (await isOperatorGone(context)))) {
        await helm.install(spec, { signal: context.signal });
      }
    }
  },
  async wait(context) {
    const seen = await notReady(context);
    return seen === undefined ? { state: 'ready' } : { state: 'notYet', seen };
  },
  undo: {
    title: 'Uninstall Apigee operator',
    expectMs: 15_000,
    inventory: (context) => orWithoutCluster(inventory(context), emptyInventory),
    async remove(context) {
      if (!(await isClusterOurs(context))) return;
      const helm = helmOf(context);
      for (const { name } of releases(context).toReversed()) {
        await orWithoutCluster(
          helm.uninstall(name, namespace, { signal: context.signal }),
          undefined,
        );
      }
    },
  },
  deadlineMs: 15 * 60_000,
  expectMs: 90_000,
  retry: 'cloud',
};

async function check(context: Context): Promise<Check> {
  const specs = releases(context);
  const found = await Promise.all(specs.map((spec) => differences(context, spec)));
  const absent = specs.filter((_spec, index) => found[index] === 'absent');
  if (absent.length > 0) {
    const of = absent.map(({ name }) => name);
    return { state: 'needed', why: 'absent', of, reason: `${of.join(', ')} not installed` };
  }
  const differs = found.flat();
  if (differs.length > 0) return { state: 'drifted', what: differs };
  const undefinedKind = await missingDefinition(context);
  if (undefinedKind === undefined) return readiness(context);
  return { state: 'needed', why: 'not_ready', reason: undefinedKind, unmet: undefinedKind };
}

/** Helm releases carry no label of ours, so they belong to the cluster's owner. */
async function inventory(context: Context): Promise<Inventory> {
  const { signal } = context;
  const found = await Promise.all(
    releases(context).map(({ name }) => helmOf(context).getRelease(name, namespace, { signal })),
  );
  const names = found.flatMap((one) => (one === undefined ? [] : [`Helm release ${one.name}`]));
  return (await isClusterOurs(context))
    ? { ours: names, foreign: [] }
    : { ours: [], foreign: names };
}

const helmOf = ({ env }: Context) => env.clients.helm(env.gateway);

function releases({ env }: Context): ReleaseSpec[] {
  const { apigeeOrg, projectId } = env.gateway;
  const values = {
    projectId,
    serviceAccount: operatorAccount(env.gateway),
    apigeeOrg,
    // The operator would generate an environment of its own.
    generateEnv: 'FALSE',
  };
  const version = versions.apigeeOperator;
  const chart = (name: string): string => `${env.charts.prefix}/${name}`;
  return [
    {
      name: 'apigee-apim-crds',
      namespace,
      chart: chart('apigee-apim-operator-crds'),
      version,
      values: {},
    },
    { name: operatorName, namespace, chart: chart('apigee-apim-operator-helm'), version, values },
  ];
}

async function differences(context: Context, spec: ReleaseSpec): Promise<'absent' | string[]> {
  const { signal } = context;
  const found = await helmOf(context).getRelease(spec.name, spec.namespace, { signal });
  if (found === undefined) return 'absent';
  const what: string[] = [];
  if (found.status !== 'deployed') what.push(`${spec.name} is ${found.status}`);
  if (found.version !== spec.version) what.push(`${spec.name} has version ${found.version}`);
  for (const [name, value] of Object.entries(spec.values)) {
    if (String(found.values[name]) !== value) what.push(`${spec.name}: ${name}`);
  }
  return what;
}

async function notReady(context: Context): Promise<string | undefined> {
  const undefinedKind = await missingDefinition(context);
  if (undefinedKind !== undefined) return undefinedKind;
  const found = await readiness(context);
  return found.state === 'needed' ? found.reason : undefined;
}

async function missingDefinition(context: Context): Promise<string | undefined> {
  const { signal } = context;
  const kubernetes = kubernetesOf(context);
  const crds = await Promise.all(
    definitions.map((name) =>
      kubernetes.get(
        { apiVersion: 'apiextensions.k8s.io/v1', kind: 'CustomResourceDefinition', name },
        { signal },
      ),
    ),
  );
  for (const [index, name] of definitions.entries()) {
    const crd = crds[index];
    if (crd === undefined) return `CRD ${name} is missing`;
    const unmet = unmetCondition(crd, conditionsOf(crd), ['Established']);
    if (unmet !== undefined) return `${name}: ${unmet}`;
  }
  return undefined;
}

async function readiness(context: Context): Promise<Check> {
  const operator = await kubernetesOf(context).get(operatorRef, { signal: context.signal });
  if (operator === undefined) {
    return {
      state: 'needed',
      why: 'absent',
      of: [operatorName],
      reason: `the Deployment ${operatorName} is missing`,
    };
  }
  const unmet = unmetRollout(operator);
  return unmet === undefined
    ? { state: 'done' }
    : { state: 'needed', why: 'not_ready', reason: `${operatorName}: ${unmet}`, unmet };
}

/** A deleted or scaled-down operator does not show in its release; a new install restores it. */
async function isOperatorGone(context: Context): Promise<boolean> {
  const operator = await kubernetesOf(context).get(operatorRef, { signal: context.signal });
  return operator === undefined || podsOf(operator).desired === 0;
}
