// What a gateway costs an hour while it stands, roughly: arithmetic over the price table. Pure.
import type { GatewayConfig } from '../../src/kernel/config.ts';
import { parseMachineType } from '../../src/gateway/machine-type.ts';
import {
  apigeeCallsPerMillion,
  bootDisk,
  machinePrices,
  pricedRegion,
  pricesAsOf,
  priceSources,
  prices,
} from './prices.ts';

export interface HourlyCost {
  readonly lines: readonly { readonly what: string; readonly usd: number }[];
  /** The sum of all lines, US dollars an hour. */
  readonly usd: number;
  /** What is not in the sum, in words. */
  readonly unpriced: readonly string[];
  /** ISO date of the prices. */
  readonly asOf: string;
  readonly region: string;
  readonly source: string;
}

export function hourlyCost(
  gateway: Pick<GatewayConfig, 'machineType' | 'nodeCount' | 'apigeeEnv'>,
): HourlyCost {
  const { machineType, nodeCount, apigeeEnv } = gateway;
  const { usd: machine, isUnchecked = false } = machinePrice(machineType);
  const nodes = `${nodeCount} × ${machineType}`;
  const doubt = isUnchecked ? ' (a price that nobody has checked)' : '';
  const lines = [
    ...(machine === undefined ? [] : [{ what: `${nodes}${doubt}`, usd: nodeCount * machine }]),
    { what: 'their boot disks', usd: nodeCount * bootDisk.gib * bootDisk.perGib },
    { what: 'the cluster', usd: prices.cluster },
    { what: 'the load balancer', usd: prices.forwardingRule },
    {
      what: `the Apigee environment ${apigeeEnv} (pay as you go, for each attached region)`,
      usd: prices.apigeeEnvironment,
    },
  ];
  return {
    lines,
    usd: lines.reduce((sum, { usd }) => sum + usd, 0),
    unpriced: [
      ...(machine === undefined ? [nodes] : []),
      'traffic',
      "Apigee's deployment units (two for a gateway: its proxy and the shared flow)",
      `API calls (Apigee takes $${apigeeCallsPerMillion} for a million)`,
    ],
    asOf: pricesAsOf,
    region: pricedRegion,
    source: priceSources[0],
  };
}

interface MachinePrice {
  /** An hour; undefined for a family or a form of name that the table does not hold. */
  readonly usd: number | undefined;
  readonly isUnchecked?: true;
}

function machinePrice(name: string): MachinePrice {
  const machine = parseMachineType(name);
  const price = machinePrices[name.split('-')[0] ?? ''];
  if (machine === undefined || price === undefined) return { usd: undefined };
  const usd = machine.cpus * price.cpu + machine.memoryGib * price.memoryGib;
  return price.isUnchecked === true ? { usd, isUnchecked: true } : { usd };
}
