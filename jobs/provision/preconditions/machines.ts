// Preconditions of the nodes: zone, machine type and quotas.
import { quotaPage } from '../../../src/clients/shared/faults.ts';
import type { MachineType, RegionQuota } from '../../../src/clients/google/compute.ts';
import type { GatewayConfig } from '../../../src/kernel/config.ts';
import { type Fault, fail } from '../../../src/kernel/errors.ts';
import {
  fitFamilies,
  missingCpuFeature,
  parseMachineType,
} from '../../../src/gateway/machine-type.ts';
import type { Context } from '../../../src/gateway/objects.ts';
import { orWithoutCluster } from '../../../src/gateway/without-cluster.ts';

/** The model server requests 9000 MiB; the rest is for Kubernetes and the endpoint picker. */
const leastMemoryMib = 12 * 1024;
const otherMachine = `Set another MACHINE_TYPE (or \`--machine-type\`) of the families ${fitFamilies}, such as c2-standard-16.`;
/** GKE's default for a node. */
const bootDiskGb = 100;

export async function checkMachines({ env }: Context): Promise<Fault[]> {
  const { clients, gateway } = env;
  const { projectId, region: regionName, zone, machineType } = gateway;
  const region = await clients.compute.getRegion(projectId, regionName);
  if (region === undefined) {
    return [
      fail('refused', 'no_region', `Region ${regionName} not found`, {
        next: 'Correct REGION; `gcloud compute regions list` lists all.',
      }).fault,
    ];
  }
  if (!region.zones.includes(zone)) {
    return [
      fail('refused', 'no_zone', `Region ${regionName} has no zone ${zone}`, {
        next: `Set ZONE to one of ${region.zones.join(', ')}.`,
      }).fault,
    ];
  }
  const machine = await clients.compute.getMachineType(projectId, zone, machineType);
  if (machine === undefined) {
    return [
      fail('refused', 'no_machine_type', `Zone ${zone} has no machines of type ${machineType}`, {
        next: `Set another MACHINE_TYPE or ZONE; \`gcloud compute machine-types list --zones ${zone}\` lists all.`,
      }).fault,
    ];
  }
  if (machine.memoryMib < leastMemoryMib) {
    const [has, needs] = [machine.memoryMib, leastMemoryMib].map((mib) => Math.floor(mib / 1024));
    const text = `Machine type ${machineType} has ${has} GiB of memory, but a model server needs ${needs} GiB`;
    return [
      fail('refused', 'machine_too_small', text, {
        next: 'Set a larger MACHINE_TYPE (or `--machine-type`), such as c2-standard-16.',
      }).fault,
    ];
  }
  const place = { projectId, location: zone, name: gateway.clusterName };
  // An existing cluster already uses its share of the quotas, and its pods show whether its CPUs fit.
  if ((await orWithoutCluster(clients.gke.getCluster(place), undefined)) !== undefined) return [];
  const unfit = unfitMachine(machineType, machine);
  if (unfit !== undefined) return [unfit];
  const global = await clients.compute.getProjectQuotas(projectId);
  const cpus = machine.cpus * gateway.nodeCount;
  const regional = needsOf(gateway, parseMachineType(machineType)?.quotaMetric, cpus);
  return [
    ...shortages(regional, region.quotas, { gateway, where: `in ${regionName}` }),
    ...shortages({ CPUS_ALL_REGIONS: cpus }, global, { gateway, where: 'in all regions' }),
  ];
}

function unfitMachine(name: string, { architecture }: MachineType): Fault | undefined {
  const lacks = missingCpuFeature(name, architecture);
  if (lacks === undefined) return undefined;
  const text =
    lacks === 'x86-64'
      ? `${name} has an ARM CPU, and the model server's image is built for x86-64`
      : `${name} has no AVX-512 on all of its CPU platforms, and the model server needs it`;
  return fail('refused', 'unfit_machine', text, { next: otherMachine }).fault;
}

/** Usage of the region's quotas by the nodes, by metric. */
function needsOf(
  { nodeCount }: GatewayConfig,
  metric: string | undefined,
  cpus: number,
): Record<string, number> {
  return {
    ...(metric === undefined ? {} : { [metric]: cpus }),
    INSTANCES: nodeCount,
    IN_USE_ADDRESSES: nodeCount,
    DISKS_TOTAL_GB: nodeCount * bootDiskGb,
  };
}

/** One fault per insufficient quota; an unlisted metric is unlimited. */
function shortages(
  needs: Readonly<Record<string, number>>,
  quotas: readonly RegionQuota[],
  { gateway, where }: { readonly gateway: GatewayConfig; readonly where: string },
): Fault[] {
  const { projectId, nodeCount, machineType } = gateway;
  return quotas.flatMap(({ metric, limit, usage }) => {
    const needed = needs[metric];
    if (needed === undefined || limit - usage >= needed) return [];
    const text = `${nodeCount} x ${machineType} need ${needed} ${metric} ${where}; the quota is ${limit}, with ${usage} in use`;
    return fail('refused', 'quota_exceeded', text, {
      next: `Request ${usage + needed} ${metric} ${where} at ${quotaPage(projectId)}, or set a smaller MACHINE_TYPE or NODE_COUNT.`,
      details: { metric, needed, limit, usage },
    }).fault;
  });
}
