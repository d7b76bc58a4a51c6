// Construction of all clients; each connects on first use.
import type { Config, GatewayConfig } from '../kernel/config.ts';
import type { Log } from '../kernel/log.ts';
import type { Redactor } from '../kernel/redaction.ts';
import { createApigee } from './apigee/create-apigee.ts';
import type { ApigeeClient } from './apigee/client.ts';
import type { Clients } from './clients.ts';
import { createClusterAccess } from './locate-cluster.ts';
import { createGkeClient } from './gke/client.ts';
import { createAccessTokens } from './shared/access-tokens.ts';
import { createBilling } from './google/billing.ts';
import { createCompute } from './google/compute.ts';
import { createIam } from './google/iam.ts';
import { createResourceManager } from './google/resource-manager.ts';
import { createServiceUsage } from './google/service-usage.ts';
import { type HelmClient, createHelm } from './helm/client.ts';
import { createHuggingFace } from './huggingface/client.ts';
import { createInference } from './inference/create-inference.ts';
import { type KubernetesClient, createKubernetes } from './kubernetes/client.ts';

interface ClusterClients {
  readonly kubernetes: KubernetesClient & { close(): Promise<void> };
  readonly helm: HelmClient;
}

/** @param tools.redactor registers every access token, so that none leaves in a log line or message. */
export function connectClients(
  config: Pick<Config, 'endpoints' | 'gateways' | 'helmBin' | 'helmEnv' | 'quotaProject'>,
  tools: { readonly redactor: Redactor; readonly log: Log },
): Clients {
  const { endpoints, gateways, helmBin, helmEnv, quotaProject } = config;
  const projectId = Object.values(gateways)[0]?.projectId ?? '';
  const keep = (token: string): void => tools.redactor.register(token);
  const tokens = createAccessTokens(projectId, keep, quotaProject);
  const gke = createGkeClient(tokens, endpoints.gke);

  const clusters = perGateway((gateway): ClusterClients => {
    const { projectId, zone, clusterName } = gateway;
    const access = createClusterAccess(gke, { projectId, location: zone, name: clusterName });
    const plainHttp = endpoints.chartsPlainHttp;
    return {
      kubernetes: createKubernetes(access, tokens),
      helm: createHelm({ access, tokens, binary: helmBin, env: helmEnv, plainHttp }),
    };
  });
  const apigee = perGateway((gateway): ApigeeClient =>
    createApigee({
      url: endpoints.apigee,
      organization: gateway.apigeeOrg,
      projectId: gateway.projectId,
      tokens,
    }),
  );

  return {
    tokens,
    gke,
    serviceUsage: createServiceUsage(tokens, endpoints.serviceUsage),
    resourceManager: createResourceManager(tokens, endpoints.resourceManager),
    billing: createBilling(tokens, endpoints.billing),
    iam: createIam(tokens, endpoints.iam),
    compute: createCompute(tokens, endpoints.compute),
    kubernetes: (gateway) => clusters.of(gateway).kubernetes,
    helm: (gateway) => clusters.of(gateway).helm,
    apigee: apigee.of,
    huggingFace: createHuggingFace(endpoints.huggingFace),
    inference: createInference(),
    close: async () => {
      const closing = clusters.all().map((cluster) => cluster.kubernetes.close());
      await Promise.allSettled([gke.close(), ...closing]);
      tools.log.debug({}, 'clients closed');
    },
  };
}

/** One client per gateway and place, created on first use: a configuration may name a place other than the current one. */
function perGateway<T>(make: (gateway: GatewayConfig) => T): {
  readonly of: (gateway: GatewayConfig) => T;
  readonly all: () => T[];
} {
  const made = new Map<string, T>();
  return {
    of: (gateway) => {
      const { name, projectId, zone, clusterName, apigeeOrg } = gateway;
      const key = JSON.stringify([name, projectId, zone, clusterName, apigeeOrg]);
      const known = made.get(key);
      if (known !== undefined) return known;
      const fresh = make(gateway);
      made.set(key, fresh);
      return fresh;
    },
    all: () => [...made.values()],
  };
}
