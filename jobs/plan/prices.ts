// The one table of list prices: what things roughly cost an hour, in US dollars, with its date and its sources.

/** Prices change; whoever renews the numbers renews the date. */
export const pricesAsOf = '2025-01-15';

/** The region whose list prices these are; others differ by some ten per cent. */
export const pricedRegion = 'us-central1';

export const priceSources = [
  'https://cloud.google.com/compute/vm-instance-pricing',
  'https://cloud.google.com/compute/disks-image-pricing',
  'https://cloud.google.com/kubernetes-engine/pricing',
  'https://cloud.google.com/vpc/network-pricing',
  'https://cloud.google.com/apigee/pricing',
] as const;

/** On demand, an hour: one virtual CPU and one GiB of memory of each machine family. */
export const machinePrices: Readonly<Record<string, { cpu: number; memoryGib: number }>> = {
  c2: { cpu: 0.03398, memoryGib: 0.00455 },
  c2d: { cpu: 0.029563, memoryGib: 0.003959 },
  c3: { cpu: 0.03465, memoryGib: 0.003938 },
  e2: { cpu: 0.021811, memoryGib: 0.002923 },
  n1: { cpu: 0.031611, memoryGib: 0.004237 },
  n2: { cpu: 0.031611, memoryGib: 0.004237 },
  n2d: { cpu: 0.027502, memoryGib: 0.003686 },
  t2d: { cpu: 0.027502, memoryGib: 0.003686 },
};

/** Each node boots from a pd-standard disk of this size, GiB; the price is for a GiB and an hour. */
export const bootDisk = { gib: 100, perGib: 0.04 / 730 } as const;

export const prices = {
  /** GKE's management of one cluster. */
  cluster: 0.1,
  /** One forwarding rule of the load balancer. */
  forwardingRule: 0.025,
  /** One Comprehensive environment in one region, pay as you go; a subscription has it included. */
  apigeeEnvironment: 4.7,
} as const;
