// Hourly cost estimate of a gateway, from the price table.
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
  /** Items without a price. */
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
  const doubt = isUnchecked ? ' (unverified price)' : '';
  const lines = [
    ...(machine === undefined ? [] : [{ what: `${nodes}${doubt}`, usd: nodeCount * machine }]),
    { what: 'boot disks', usd: nodeCount * bootDisk.gib * bootDisk.perGib },
    { what: 'cluster', usd: prices.cluster },
    { what: 'load balancer', usd: prices.forwardingRule },
    {
      what: `Apigee environment ${apigeeEnv} (pay as you go, per attached region)`,
      usd: prices.apigeeEnvironment,
    },
  ];
  return {
    lines,
    usd: lines.reduce((sum, { usd }) => sum + usd, 0),
    unpriced: [
      ...(machine === undefined ? [nodes] : []),
      'traffic',
      'Apigee deployment units (two per gateway: its proxy and the shared flow)',
      `API calls ($${apigeeCallsPerMillion} per million)`,
    ],
    asOf: pricesAsOf,
    region: pricedRegion,
    source: priceSources[0],
  };
}

interface MachinePrice {
  /** Per hour; undefined for a machine family that the table does not list. */
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
