// Step: GKE cluster, judged by its own status rather than its operation's.
import { guidance, slashCommand } from '../../../src/kernel/guidance.ts';
import type { Cluster, ClusterPlace } from '../../../src/clients/gke/client.ts';
import { cloudFault } from '../../../src/clients/shared/faults.ts';
import { type Fault, LlmgwError, fail } from '../../../src/kernel/errors.ts';
import type { Check, Step, Wait } from '../../../src/engine/step.ts';
import type { ProvisionEnv } from '../../../src/gateway/env.ts';
import type { Context } from '../../../src/gateway/objects.ts';
import { clusterLabels, isOurCluster } from '../../../src/gateway/ownership.ts';
import { emptyInventory } from '../step-parts/removal.ts';
import { isAtLeast, versions } from '../step-parts/versions.ts';
import { orWithoutCluster } from '../../../src/gateway/without-cluster.ts';

export const createCluster: Step<ProvisionEnv> = {
  id: 'create-cluster',
  title: 'Create cluster',
  needs: ['check-project'],
  kind: 'make',
  // Other gateways may use the subnet. Each checks after its own cluster is gone, so the last one deletes it.
  needsWhen: { teardown: ['create-proxy-subnet'] },
  part: { name: 'The cluster', absent: 'is missing', unready: 'is not ready', role: 'ground' },
  async check(context): Promise<Check> {
    const cluster = await readCluster(context);
    const why = cluster === undefined ? undefined : unfit(cluster, context);
    return why === undefined ? readiness(cluster) : { state: 'refused', why };
  },
  /** Readiness only: a changed configuration does not affect the gateway's health. */
  glance: async (context) => readiness(await orWithoutCluster(readCluster(context), undefined)),
  async apply(context) {
    const { clients, gateway } = context.env;
    const cluster = await readCluster(context);
    if (cluster?.status === 'ERROR') await clients.gke.deleteCluster(placeOf(context));
    if (cluster?.status === 'ERROR' || cluster?.status === 'STOPPING') {
      throw fail('transient', 'terminating', `Cluster ${cluster.name} is still being deleted`);
    }
    if (cluster !== undefined) return;
    try {
      await clients.gke.createCluster({
        ...placeOf(context),
        network: gateway.network,
        subnetwork: gateway.subnet,
        machineType: gateway.machineType,
        diskType: 'pd-standard',
        nodeCount: gateway.nodeCount,
        workloadPool: workloadPool(context),
        gatewayApiChannel: 'CHANNEL_STANDARD',
        releaseChannel: 'RAPID',
        monitoring: ['SYSTEM_COMPONENTS', 'DCGM'],
        labels: clusterLabels(gateway.name),
      });
    } catch (error) {
      // A lost answer or a second worker: the name is the lock, and wait checks the cluster of that name.
      if (!(error instanceof LlmgwError) || error.fault.code !== 'already_exists') throw error;
    }
  },
  async wait(context): Promise<Wait> {
    const cluster = await readCluster(context);
    if (cluster !== undefined && isReady(cluster)) {
      const why = unfit(cluster, context);
      if (why !== undefined) throw new LlmgwError(why);
      return { state: 'ready', output: output(cluster) };
    }
    const closed = cluster === undefined ? undefined : unreachable(cluster, context);
    if (closed !== undefined) throw new LlmgwError(closed);
    const operations = await context.env.clients.gke.listOperations(placeOf(context));
    const creation = operations.find((operation) => operation.type === 'CREATE_CLUSTER');
    if (creation?.status === 'DONE' && creation.error !== undefined) {
      throw creationFault(creation.error, context);
    }
    const seen = [
      cluster?.status ?? 'does not exist yet',
      cluster?.statusMessage,
      creation?.detail,
    ];
    return {
      state: 'notYet',
      seen: seen.filter((text) => text !== undefined && text !== '').join(': '),
    };
  },
  continuesAfterCancel: 'creating the cluster',
  undo: {
    title: 'Delete cluster',
    expectMs: 5 * 60_000,
    continuesAfterCancel: 'deleting the cluster',
    async inventory(context) {
      const cluster = await readCluster(context);
      if (cluster === undefined) return emptyInventory;
      const named = `Cluster ${cluster.name}${aside(cluster)}`;
      return isOurCluster(cluster, context.env.gateway.name)
        ? { ours: [named], foreign: [] }
        : { ours: [], foreign: [named] };
    },
    async remove(context) {
      const cluster = await readCluster(context);
      if (cluster === undefined || !isOurCluster(cluster, context.env.gateway.name)) return;
      if (cluster.status !== 'STOPPING') {
        await context.env.clients.gke.deleteCluster(placeOf(context));
      }
    },
  },
  // GKE reports a zone without capacity only after 35 to 40 minutes.
  deadlineMs: 60 * 60_000,
  expectMs: 8 * 60_000,
  retry: 'cloud',
};

function placeOf({ env }: Context): ClusterPlace {
  const { projectId, zone, clusterName } = env.gateway;
  return { projectId, location: zone, name: clusterName };
}

const readCluster = (context: Context): Promise<Cluster | undefined> =>
  context.env.clients.gke.getCluster(placeOf(context));

function readiness(cluster: Cluster | undefined): Check {
  if (cluster === undefined) {
    return { state: 'needed', why: 'absent', reason: 'the cluster is missing' };
  }
  const trouble = troubleOf(cluster);
  if (isReady(cluster)) {
    return trouble === undefined
      ? { state: 'done', output: output(cluster) }
      : { state: 'needed', why: 'not_ready', reason: trouble, unmet: trouble };
  }
  const { name, status, statusMessage } = cluster;
  return {
    state: 'needed',
    why: 'not_ready',
    reason: `the cluster is ${status}`,
    unmet: `${name} is ${status}${statusMessage === '' ? '' : `: ${statusMessage}`}`,
  };
}

/** Objects without labels belong to the owner of their cluster. */
export async function isClusterOurs(context: Context): Promise<boolean> {
  const cluster = await readCluster(context);
  return cluster !== undefined && isOurCluster(cluster, context.env.gateway.name);
}

const workloadPool = ({ env }: Context): string => `${env.gateway.projectId}.svc.id.goog`;

function output(cluster: Cluster) {
  const warning = troubleOf(cluster);
  const { name, version } = cluster;
  return { cluster: name, version, ...(warning === undefined ? {} : { warning }) };
}

/** GKE's message on a cluster that serves with a problem, which no run could repair. */
function troubleOf({ name, status, statusMessage, nodePools }: Cluster): string | undefined {
  const withWhy = (text: string, why: string): string => (why === '' ? text : `${text}: ${why}`);
  const troubles = [
    ...(status === 'DEGRADED' ? [withWhy(`${name} is DEGRADED`, statusMessage)] : []),
    ...nodePools
      .filter((pool) => pool.status === 'RUNNING_WITH_ERROR' || pool.status === 'ERROR')
      .map((pool) => withWhy(`node pool ${pool.name} is ${pool.status}`, pool.statusMessage)),
  ];
  if (troubles.length === 0) return undefined;
  return `${troubles.join('; ')} (\`gcloud container clusters describe ${name}\` tells more)`;
}

function unreachable({ name, endpointProblem }: Cluster, { env }: Context): Fault | undefined {
  if (endpointProblem === undefined) return undefined;
  const { projectId, zone } = env.gateway;
  const text = `Cluster ${name} has only a DNS endpoint, which takes no traffic from outside`;
  return fail('refused', 'no_endpoint', text, {
    next: `Run \`gcloud container clusters update ${name} --enable-dns-access --location ${zone} --project ${projectId}\`, then retry.`,
  }).fault;
}

/** GKE's message on a cluster that it could not create or delete. */
function aside({ status, statusMessage }: Cluster): string {
  if (status === 'STOPPING') return ' (being deleted)';
  if (status !== 'ERROR') return '';
  return statusMessage === '' ? ' (ERROR)' : ` (ERROR: ${statusMessage})`;
}

/** RECONCILING and DEGRADED clusters serve requests. */
const isReady = ({ status, endpoint }: Cluster): boolean =>
  (status === 'RUNNING' || status === 'RECONCILING' || status === 'DEGRADED') && endpoint !== '';

/** Why an existing cluster cannot be used, with the fix. */
function unfit(cluster: Cluster, context: Context): Fault | undefined {
  const { gateway } = context.env;
  const { name } = cluster;
  if (!isOurCluster(cluster, gateway.name)) {
    const labels = Object.entries(clusterLabels(gateway.name)).map((pair) => pair.join('='));
    return fail('refused', 'not_ours', `Cluster ${name} exists and was not created by llmgw`, {
      next: `Set another CLUSTER_NAME, or label the cluster for llmgw: \`gcloud container clusters update ${name} --location ${gateway.zone} --project ${gateway.projectId} --update-labels ${labels.join(',')}\`.`,
    }).fault;
  }
  if (!isReady(cluster)) return unreachable(cluster, context);
  const wrong = differences(cluster, context);
  if (wrong.length > 0) {
    return fail('refused', 'cluster_differs', `Cluster ${name}: ${wrong.join(', ')}`, {
      next: guidance`Change the configuration to match the cluster, or run ${slashCommand('teardown')} and provision again.`,
    }).fault;
  }
  const nodes = cluster.nodePools.reduce((sum, pool) => sum + pool.nodeCount, 0);
  if (nodes < gateway.nodeCount) {
    const text = `Cluster ${name} has ${nodes} nodes, but ${gateway.nodeCount} model servers need one each`;
    return fail('refused', 'too_few_nodes', text, {
      next: `Run \`gcloud container clusters resize ${name} --num-nodes ${gateway.nodeCount} --location ${gateway.zone} --project ${gateway.projectId}\`, or provision with \`--nodes ${nodes}\`.`,
    }).fault;
  }
  if (isAtLeast(cluster.version, versions.leastCluster)) return undefined;
  const text = `Cluster ${name} runs ${cluster.version}, but ApigeeBackendService needs ${versions.leastCluster}`;
  return fail('refused', 'cluster_too_old', text, {
    next: `Run \`gcloud container clusters upgrade ${name} --master --location ${gateway.zone} --project ${gateway.projectId}\`, then retry.`,
  }).fault;
}

/** Settings that an existing cluster cannot change. */
function differences(cluster: Cluster, context: Context): string[] {
  const { machineType } = context.env.gateway;
  const pool = workloadPool(context);
  const wrong: string[] = [];
  if (!cluster.hasGatewayApi) wrong.push('the Gateway API is off');
  if (cluster.workloadPool !== pool) wrong.push(`its workload pool is not ${pool}`);
  if (!cluster.nodePools.some((nodes) => nodes.machineType === machineType)) {
    wrong.push(`it has no nodes of type ${machineType}`);
  }
  return wrong;
}

/** Classifies the error of a failed operation like the error of a failed call. */
function creationFault(message: string, { env }: Context): LlmgwError {
  const { clusterName, projectId } = env.gateway;
  const error = cloudFault(
    { status: 'FAILED_PRECONDITION', message },
    { doing: `Creating cluster ${clusterName}`, service: 'container.googleapis.com', projectId },
  );
  if (error.fault.kind !== 'transient') return error;
  // The operation has ended: only another creation can succeed.
  return fail('permanent', 'operation_failed', error.fault.message, {
    next: 'Retry the run. It deletes the failed cluster and creates a new one.',
  });
}
