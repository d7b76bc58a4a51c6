// Deployments of the Apigee operator in our environment: its proxy and shared flow.
import { type Bundle, type Deployment, flowHooks } from '../../../src/clients/apigee/client.ts';
import type { Inventory } from '../../../src/engine/step.ts';
import type { Context } from '../../../src/gateway/objects.ts';
import { backendServiceName, operatorFlow } from '../../../src/gateway/resources.ts';
import { LlmgwError, fail } from '../../../src/kernel/errors.ts';

/** In the order of removal: the proxy calls the flow. */
const bundlesOf = (gateway: string): readonly Bundle[] => [
  { kind: 'proxy', name: backendServiceName(gateway) },
  { kind: 'shared_flow', name: operatorFlow },
];

const titles = { proxy: 'API proxy', shared_flow: 'Shared flow' } as const;
const titleOf = ({ kind, name }: Bundle): string => `${titles[kind]} ${name}`;
const isOf =
  (bundle: Bundle) =>
  ({ kind, name }: Bundle): boolean =>
    kind === bundle.kind && name === bundle.name;

/** Deployments in the environment that are neither the operator's for this gateway nor its shared flow. */
export async function otherDeployments(context: Context): Promise<Deployment[]> {
  const { env, signal } = context;
  const own = bundlesOf(env.gateway.name);
  const apigee = env.clients.apigee(env.gateway);
  const all = await apigee.listDeployments(env.gateway.apigeeEnv, signal);
  return all.filter((one) => !own.some((bundle) => isOf(bundle)(one)));
}

/** Of an environment of ours. A proxy or flow that another environment deploys stays. */
export async function inventoryOfDeployments(context: Context): Promise<Inventory> {
  const { env, signal } = context;
  const { apigeeEnv, name } = env.gateway;
  const apigee = env.clients.apigee(env.gateway);
  const all = await apigee.listDeployments(undefined, signal);
  const others = all.filter((one) => one.environment === apigeeEnv && isForeign(one, name));
  const ours: string[] = [];
  const shared: string[] = [];
  for (const bundle of bundlesOf(name)) {
    const places = all.filter(isOf(bundle)).map(({ environment }) => environment);
    const elsewhere = places.filter((environment) => environment !== apigeeEnv);
    if (places.includes(apigeeEnv)) {
      const used = bundle.kind === 'shared_flow' && others.length > 0;
      const title = `${titleOf(bundle)} in the environment ${apigeeEnv}`;
      if (used) shared.push(`${title} (${others.map(titleOf).join(' and ')} may call it)`);
      else ours.push(title);
    } else if (elsewhere.length > 0) {
      shared.push(`${titleOf(bundle)} (deployed in ${[...new Set(elsewhere)].join(' and ')})`);
    } else if (await apigee.hasBundle(bundle, signal)) ours.push(titleOf(bundle));
  }
  return { ours, foreign: [], shared };
}

const isForeign = (deployment: Deployment, gateway: string): boolean =>
  !bundlesOf(gateway).some((bundle) => isOf(bundle)(deployment));

/**
 * Undeploys the proxy, then the shared flow, and deletes those without another deployment.
 * @throws transient while an Apigee removal is in progress; the call is repeatable.
 */
export async function removeDeployments(context: Context): Promise<void> {
  const { env, signal } = context;
  const { apigeeEnv, name } = env.gateway;
  const apigee = env.clients.apigee(env.gateway);
  const isFlowUsed = (await otherDeployments(context)).length > 0;
  for (const bundle of bundlesOf(name)) {
    if (bundle.kind === 'shared_flow') {
      if (isFlowUsed) continue;
      await detachHooks(context);
    }
    for (const deployment of await apigee.listDeployments(apigeeEnv, signal)) {
      if (isOf(bundle)(deployment)) await whileDependent(apigee.undeploy(deployment, signal));
    }
    const left = (await apigee.listDeployments(undefined, signal)).filter(isOf(bundle));
    if (left.some(({ environment }) => environment === apigeeEnv)) {
      const text = `Waiting for Apigee to undeploy the ${titleOf(bundle)} from ${apigeeEnv}`;
      throw fail('transient', 'still_at_work', text, { untilDeadline: true });
    }
    if (left.length === 0) await whileDependent(apigee.deleteBundle(bundle, signal));
  }
}

async function detachHooks({ env, signal }: Context): Promise<void> {
  const apigee = env.clients.apigee(env.gateway);
  for (const hook of flowHooks) {
    const flow = await apigee.getFlowHook(env.gateway.apigeeEnv, hook, signal);
    if (flow === operatorFlow) await apigee.detachFlowHook(env.gateway.apigeeEnv, hook, signal);
  }
}

/** Apigee refuses while the removal of a dependent resource is in progress. */
export async function whileDependent<T>(work: Promise<T>): Promise<T> {
  try {
    return await work;
  } catch (error) {
    if (!(error instanceof LlmgwError) || error.fault.code !== 'failed_precondition') throw error;
    const { message, details } = error.fault;
    throw fail('transient', 'still_at_work', message, { untilDeadline: true, details });
  }
}
