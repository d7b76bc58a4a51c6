// Check of a gateway policy in the operator's namespace that targets one in another.
import type { KubernetesObject, ObjectRef } from '../../../../src/clients/kubernetes/client.ts';
import { describeStatus, operatorState } from '../../../../src/gateway/conditions.ts';
import { stamp } from '../../../../src/gateway/ownership.ts';
import { extensionPolicyRef } from '../../../../src/gateway/resources.ts';
import { toFault } from '../../../../src/kernel/errors.ts';
import { type CloudCheck, type CloudUnderTest, differs, held, notObserved } from '../../check.ts';

const group = 'apim.googleapis.com';
const apiVersion = `${group}/v1`;
const namespace = 'apim';
const name = 'llmgw-conformance';

/** The smallest documented policy, with the three objects that attach it. */
function policyObjects(gateway: string): KubernetesObject[] {
  const of = (kind: string, spec: object): KubernetesObject => ({
    apiVersion,
    kind,
    metadata: { name, namespace },
    spec,
  });
  const target = extensionPolicyRef(gateway);
  const refTo = (kind: string) => ({ group, kind, name, namespace });
  return [
    of('SpikeArrest', { useEffectiveCount: true, peakMessageRate: { value: '1000ps' } }),
    of('ApimTemplateRule', { allowList: ['SpikeArrest'], requiredList: [], denyList: [] }),
    of('ApimTemplate', {
      apimTemplateRule: refTo('ApimTemplateRule'),
      templates: [
        { mode: 'REQUEST', flows: [{ name: 'preflow', policies: [refTo('SpikeArrest')] }] },
      ],
    }),
    of('ApigeeGatewayPolicy', {
      ref: refTo('ApimTemplate'),
      targetRef: { group, kind: target.kind, name: target.name, namespace: target.namespace },
    }),
  ];
}

/** The maximum duration of each watch, one after another. */
const watchMs = 20_000;
const watches = 6;

export const crossNamespacePolicy: CloudCheck = {
  id: 'kubernetes-cross-namespace-policy',
  openQuestion: 7,
  needs: 'gateway',
  question: 'May an ApigeeGatewayPolicy in `apim` target a policy in `default`?',
  observedBy:
    'a SpikeArrest with template, rule and ApigeeGatewayPolicy on the throw-away gateway, and the state that the operator writes',
  bet: 'Nothing yet: llmgw attaches no policies. Spike arrest and threat protection depend on the answer.',
  observe: async (cloud) => {
    if (!cloud.isThrowAway) {
      return notObserved('It changes a gateway, so it is tried on the throw-away one alone.');
    }
    const objects = policyObjects(cloud.env.gateway.name);
    try {
      return await tryPolicy(cloud, objects);
    } finally {
      for (const object of objects.toReversed()) await remove(cloud, object);
    }
  },
};

async function tryPolicy(
  { env, signal, context, speed }: CloudUnderTest,
  objects: readonly KubernetesObject[],
) {
  const kubernetes = env.clients.kubernetes(env.gateway);
  const owner = { runId: context.runId, gateway: env.gateway.name };
  for (const object of objects) {
    try {
      await kubernetes.apply(stamp(object, owner), { signal });
    } catch (error) {
      const { code, message } = toFault(error);
      return differs(`the ${object.kind} was refused (${code}: ${message})`);
    }
  }
  const policy = refOf(objects.at(-1) ?? { apiVersion, kind: '', metadata: { name } });
  const hasState = (found: KubernetesObject | undefined): boolean =>
    operatorState(found).state !== '' || describeStatus(found) !== '';
  let found: KubernetesObject | undefined;
  for (let watch = 0; watch < watches && !hasState(found); watch += 1) {
    found = await kubernetes.watchUntil(policy, hasState, {
      timeoutMs: Math.ceil(watchMs / speed),
      signal,
    });
  }
  const { state, errorMessage } = operatorState(found);
  if (!hasState(found)) return notObserved('The operator wrote no status within two minutes.');
  const seen = `${state || describeStatus(found)}${errorMessage === '' ? '' : ` (${errorMessage})`}`;
  return /created|running/i.test(state) ? held(seen) : differs(seen);
}

const refOf = ({ kind, metadata }: KubernetesObject): ObjectRef => ({
  apiVersion,
  kind,
  namespace,
  name: metadata.name,
});

/** The teardown removes the operator, and with it any remaining objects. */
async function remove({ env }: CloudUnderTest, object: KubernetesObject): Promise<void> {
  const kubernetes = env.clients.kubernetes(env.gateway);
  const ref = refOf(object);
  const found = await kubernetes.get(ref).catch(() => undefined);
  const { uid } = found?.metadata ?? {};
  if (uid !== undefined) await kubernetes.delete(ref, { uid }).catch(() => undefined);
}
