// Preconditions of the nodes: zone, machine type, and enough CPU quota, whose default for C2 is far below what is needed.
import { quotaPage } from '../../../src/clients/faults.ts';
import { type Fault, fail } from '../../../src/errors.ts';
import { parseMachineType } from '../machine-type.ts';
import type { Context } from '../objects.ts';
import { orWithoutCluster } from '../without-cluster.ts';

export async function checkMachines({ env }: Context): Promise<Fault[]> {
  const { clients, gateway } = env;
  const { projectId, region: regionName, zone, machineType } = gateway;
  const region = await clients.compute.getRegion(projectId, regionName);
  if (region === undefined) {
    return [
      fail('refused', 'no_region', `There is no region ${regionName}`, {
        next: 'Correct REGION; `gcloud compute regions list` names them.',
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
        next: `Set another MACHINE_TYPE or ZONE; \`gcloud compute machine-types list --zones ${zone}\` names them.`,
      }).fault,
    ];
  }
  const place = { projectId, location: zone, name: gateway.clusterName };
  // An existing cluster has taken its CPUs already.
  if ((await orWithoutCluster(clients.gke.getCluster(place), undefined)) !== undefined) return [];
  const metric = parseMachineType(machineType)?.quotaMetric;
  const quota = region.quotas.find((one) => one.metric === metric);
  const needed = machine.cpus * gateway.nodeCount;
  if (quota === undefined || quota.limit - quota.usage >= needed) return [];
  const { limit, usage } = quota;
  const text = `${gateway.nodeCount} x ${machineType} need ${needed} ${quota.metric} in ${regionName}; the quota is ${limit}, of which ${usage} are in use`;
  return [
    fail('refused', 'quota_exceeded', text, {
      next: `Ask for ${usage + needed} ${quota.metric} in ${regionName} at ${quotaPage(projectId)}, or set a smaller MACHINE_TYPE or NODE_COUNT.`,
      details: { metric: quota.metric, needed, limit, usage },
    }).fault,
  ];
}
