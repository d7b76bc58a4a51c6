// A test sandbox with Google, one cluster, controllers, the data plane and the registry.
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { ApigeeState, Organization } from '../../apigee/state.ts';
import { createControllers } from '../../controllers/controllers.ts';
import type { SandboxContext } from '../../core/context.ts';
import { createContext } from '../../core/create-context.ts';
import { createDataplane, type Dataplane } from '../../dataplane/dataplane.ts';
import { createGoogle, type Google } from '../../google/create-google.ts';
import type { Cluster, KubeObject } from '../../kubernetes/cluster.ts';
import { createKubernetes } from '../../kubernetes/kubernetes.ts';
import { createRegistry } from '../../registry/registry.ts';

export interface OpenCluster {
  readonly context: SandboxContext;
  readonly cluster: Cluster;
  readonly google: Google;
  readonly apigee: ApigeeState;
  readonly organization: Organization;
  readonly dataplane: Dataplane;
  /** A port that was free when the cluster was opened. */
  readonly gatewayPort: number;
  create(object: NewObject): KubeObject;
  get(apiVersion: string, kind: string, name: string, namespace?: string): KubeObject | undefined;
  list(apiVersion: string, kind: string, namespace?: string): KubeObject[];
  /** Stops the cluster; keeps the state if `directory` was given. */
  end(): Promise<void>;
}

export type NewObject = Parameters<Cluster['store']['create']>[0];

export interface OpenOptions {
  readonly speed?: number;
  readonly nodes?: number;
  readonly directory?: string;
  readonly hasProxySubnet?: boolean;
  /** Simulated time until GKE's own definitions exist; default: with the cluster. */
  readonly addonsAfterMs?: number;
}

export async function openCluster(options: OpenOptions = {}): Promise<OpenCluster> {
  const directory = options.directory ?? mkdtempSync(join(tmpdir(), 'llmgw-cluster-'));
  const opened = await createContext({ port: 0, speed: options.speed ?? 3_000, directory });
  const { context } = opened;
  const google = createGoogle(context);
  if (options.hasProxySubnet ?? true) addProxySubnet(google, context);
  const apigee = context.state<ApigeeState>('apigee', () => ({
    organizations: { [context.seed.projectId]: emptyOrganization(context) },
  }));
  const kubernetes = createKubernetes(context, google.identity);
  const { identity, compute } = google;
  const controllers = createControllers(context, { kubernetes, identity, apigee, compute });
  const dataplane = createDataplane(context, { kubernetes, apigee });
  const registry = createRegistry(context);
  await opened.open();
  const cluster = await kubernetes.create({
    projectId: context.seed.projectId,
    location: context.seed.zone,
    name: 'infgw-cluster',
    version: '1.34.1-gke.3899000',
    network: context.seed.network,
    subnetwork: context.seed.subnet,
    nodes: { count: options.nodes ?? 3, machineType: 'c2-standard-16' },
    workloadPool: `${context.seed.projectId}.svc.id.goog`,
    gatewayApi: true,
    ...(options.addonsAfterMs === undefined ? {} : { addonsAfterMs: options.addonsAfterMs }),
  });
  const organization = apigee.organizations[context.seed.projectId];
  if (organization === undefined) throw new Error('The organization is missing.');
  const split = (apiVersion: string): string =>
    apiVersion.includes('/') ? (apiVersion.split('/')[0] ?? '') : '';
  return {
    context,
    cluster,
    google,
    apigee,
    organization,
    dataplane,
    gatewayPort: await freePort(),
    create: (object) => cluster.store.create(object),
    get: (apiVersion, kind, name, namespace = 'default') =>
      cluster.store.get({ group: split(apiVersion), kind, namespace, name }),
    list: (apiVersion, kind, namespace) =>
      cluster.store.list({ group: split(apiVersion), kind, namespace }),
    end: async () => {
      for (const service of [dataplane, controllers, registry, kubernetes, google])
        await service.stop();
      await opened.close();
      if (options.directory === undefined) rmSync(directory, { recursive: true, force: true });
    },
  };
}

export function addProxySubnet(google: Google, context: SandboxContext): void {
  const { projectId, region, network } = context.seed;
  const subnets = google.state.projects[projectId]?.compute.subnetworks[region];
  if (subnets === undefined) throw new Error('The region has no subnetworks.');
  subnets['proxy-only'] = {
    id: '4815162342108199',
    name: 'proxy-only',
    description: '',
    network,
    region,
    ipCidrRange: '10.129.0.0/23',
    purpose: 'REGIONAL_MANAGED_PROXY',
    role: 'ACTIVE',
    privateIpGoogleAccess: false,
    createdAt: '2026-01-05T09:00:00.000-08:00',
  };
}

function emptyOrganization(context: SandboxContext): Organization {
  const { projectId, region, apigeeInstance } = context.seed;
  return {
    name: projectId,
    instances: {
      [apigeeInstance]: {
        name: apigeeInstance,
        location: region,
        runtimeVersion: '1-15-0-apigee-7',
        attachments: {},
      },
    },
    environments: {},
    envgroups: {},
    products: {},
    developers: {},
    operations: {},
  };
}

function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const probe = createServer();
    probe.once('error', reject);
    probe.listen(0, '127.0.0.1', () => {
      const { port } = probe.address() as AddressInfo;
      probe.close(() => resolve(port));
    });
  });
}

/** Status of the condition of a type, at any depth of the object's status. */
export function conditionIn(
  holder: unknown,
  type: string,
): { status: string; reason: string; message: string } | undefined {
  const { conditions = [] } = (holder ?? {}) as {
    conditions?: { type: string; status: string; reason: string; message: string }[];
  };
  return conditions.find((one) => one.type === type);
}
