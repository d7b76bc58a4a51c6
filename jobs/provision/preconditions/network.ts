// Preconditions of the network: it and its subnetworks exist.
import { type Fault, fail } from '../../../src/errors.ts';
import type { Context } from '../objects.ts';

export async function checkNetwork({ env }: Context): Promise<Fault[]> {
  const { clients, gateway } = env;
  const { projectId, network, region } = gateway;
  if (!(await clients.compute.networkExists(projectId, network))) {
    return [
      fail('refused', 'no_network', `There is no network ${network} in project ${projectId}`, {
        next: `Correct NETWORK, or run \`gcloud compute networks create ${network} --project ${projectId}\`.`,
      }).fault,
    ];
  }
  const subnetworks = await clients.compute.listSubnetworks(projectId, region);
  const wanted = new Map([
    [gateway.subnet, 'SUBNET'],
    ...(gateway.pscSubnet === gateway.subnet ? [] : [[gateway.pscSubnet, 'PSC_SUBNET'] as const]),
  ]);
  return [...wanted]
    .filter(([name]) => !subnetworks.some((one) => one.name === name && one.network === network))
    .map(
      ([name, variable]) =>
        fail('refused', 'no_subnet', `Network ${network} has no subnetwork ${name} in ${region}`, {
          next: `Correct ${variable}, or run \`gcloud compute networks subnets create ${name} --network ${network} --region ${region} --range RANGE --project ${projectId}\`.`,
        }).fault,
    );
}
