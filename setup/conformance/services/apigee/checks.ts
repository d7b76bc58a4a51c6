// Checks of Apigee's management API.
import {
  backendServiceName,
  operatorFlow,
  productName,
} from '../../../../src/gateway/resources.ts';
import { describeShownQuota, otherQuota } from '../../../../src/gateway/shown-quota.ts';
import { type CloudCheck, type CloudUnderTest, differs, held, notObserved } from '../../check.ts';
import { observeSteps } from '../step-reads.ts';
import { overwrittenRevision } from './overwritten-revision.ts';

const absent = 'llmgw-conformance-absent';

export const apigeeChecks: readonly CloudCheck[] = [
  {
    id: 'apigee-reads',
    needs: 'project',
    question: 'Does Apigee answer the reads of a plan in the form that is read?',
    observedBy: 'the check of create-apigee-environment, and the lists of groups and deployments',
    bet: 'The answers have the fields of src/clients/apigee/schema.ts.',
    observe: async (cloud) => {
      const apigee = cloud.env.clients.apigee(cloud.env.gateway);
      await apigee.listEnvironmentGroups(cloud.signal);
      await apigee.listDeployments(undefined, cloud.signal);
      return observeSteps(cloud, ['create-apigee-environment']);
    },
  },
  {
    id: 'apigee-absent',
    needs: 'project',
    question: 'How does Apigee refuse what does not exist?',
    observedBy: 'GET of an environment, a product, a developer and a proxy that nobody created',
    bet: 'Status 404 for each, which the client reads as "absent".',
    observe: async ({ env, signal }) => {
      const apigee = env.clients.apigee(env.gateway);
      const email = `${absent}@${env.gateway.projectId.replace(':', '.')}.iam.gserviceaccount.com`;
      const found = [
        await apigee.getEnvironment(absent, signal),
        await apigee.getProduct(absent, signal),
        await apigee.getDeveloper(email, signal),
        (await apigee.hasBundle({ kind: 'proxy', name: absent }, signal)) || undefined,
      ];
      return found.every((one) => one === undefined)
        ? held('absent, each')
        : differs('something that nobody created was found');
    },
  },
  {
    id: 'apigee-environment-groups',
    openQuestion: 3,
    needs: 'gateway',
    question:
      'Which environment group and hosts does the operator create for a backend service, and is the gateway reached without an own host?',
    observedBy:
      'the lists of environment groups and their attachments, and whether llmgw had to add a host',
    bet: 'The environment is in a group whose host ends with .svc.google.com; llmgw adds ADDRESS.nip.io only where Apigee answers 404 ApplicationNotFound.',
    observe: observeGroups,
  },
  {
    id: 'apigee-product-quota',
    openQuestion: 5,
    needs: 'gateway',
    question: 'Which product does an APIOperationSet yield in Apigee?',
    observedBy: 'GET of the API product',
    bet: 'The quota is in operationGroup.operationConfigs[].quota or on the product; numbers and units in any spelling.',
    observe: async ({ env, signal }) => {
      const product = await env.clients
        .apigee(env.gateway)
        .getProduct(productName(env.gateway.name), signal);
      if (product === undefined) return notObserved('Apigee has no such product.');
      const configs = product.operationGroup?.operationConfigs ?? [];
      const ofOperations = configs.filter(({ quota }) => quota?.limit !== undefined).length;
      const where = `${configs.length} operation configurations, ${ofOperations} with a quota; on the product: ${product.quota ?? 'none'} per ${product.quotaInterval ?? '-'} ${product.quotaTimeUnit ?? '-'}`;
      if (ofOperations === 0 && product.quota === undefined) {
        return differs(`no quota in any known place (${where})`);
      }
      const other = otherQuota(product, env.gateway.quota);
      return other === undefined
        ? held(where)
        : differs(`${describeShownQuota(other)} in place of the configured quota (${where})`);
    },
  },
  overwrittenRevision,
  {
    id: 'apigee-leftovers',
    openQuestion: 4,
    needs: 'afterwards',
    question: 'What stays in Apigee once the backend service and the operator are gone?',
    observedBy:
      'deployments of the organization, and the proxy and shared flow, after the teardown',
    bet: `llmgw removes the proxy; only the shared flow ${operatorFlow}, which all gateways use, may stay.`,
    observe: async ({ env, signal }) => {
      const apigee = env.clients.apigee(env.gateway);
      const proxy = { kind: 'proxy', name: backendServiceName(env.gateway.name) } as const;
      const flow = { kind: 'shared_flow', name: operatorFlow } as const;
      const deployed = (await apigee.listDeployments(undefined, signal)).filter(
        ({ environment }) => environment === env.gateway.apigeeEnv,
      );
      const hasProxy = await apigee.hasBundle(proxy, signal);
      const hasFlow = await apigee.hasBundle(flow, signal);
      const hasEnvironment =
        (await apigee.getEnvironment(env.gateway.apigeeEnv, signal)) !== undefined;
      const seen = [
        `deployments in the environment: ${deployed.length}`,
        `proxy: ${hasProxy ? 'stays' : 'gone'}`,
        `shared flow: ${hasFlow ? 'stays' : 'gone'}`,
        `environment: ${hasEnvironment ? 'stays' : 'gone'}`,
      ].join('; ');
      return deployed.length > 0 || hasProxy || hasEnvironment ? differs(seen) : held(seen);
    },
  },
];

async function observeGroups({ env, signal }: CloudUnderTest) {
  const apigee = env.clients.apigee(env.gateway);
  const groups = await apigee.listEnvironmentGroups(signal);
  const attached = await Promise.all(
    groups.map(async (group) => ({
      ...group,
      isOurs: (await apigee.listEnvironmentGroupAttachments(group.name, signal)).some(
        ({ environment }) => environment === env.gateway.apigeeEnv,
      ),
    })),
  );
  const own = attached.filter(({ isOurs }) => isOurs);
  const hosts = own.flatMap(({ hostnames }) => hostnames);
  const seen = `${own.length} of ${groups.length} groups hold the environment; hosts: ${hosts.join(', ') || 'none'}`;
  if (own.length === 0) return differs(seen);
  const isOfOperator = hosts.some((host) => host.endsWith('.svc.google.com'));
  const hasOwnHost = hosts.some((host) => host.endsWith('.nip.io'));
  const added = hasOwnHost ? 'llmgw had to add a host' : 'no host had to be added';
  return isOfOperator && !hasOwnHost ? held(`${seen}; ${added}`) : differs(`${seen}; ${added}`);
}
