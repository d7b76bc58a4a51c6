// List prices in US dollars per hour, with their sources and dates.

/** Oldest date of verification among the prices. A new price needs a new note and a new date here. */
export const pricesAsOf = '2025-03-06';

/** Region of these list prices; others differ by about ten per cent, and some by half. */
export const pricedRegion = 'us-central1';

/** Google's pages with the prices. */
export const priceSources = [
  'https://cloud.google.com/compute/vm-instance-pricing',
  'https://cloud.google.com/compute/disks-image-pricing',
  'https://cloud.google.com/kubernetes-engine/pricing',
  'https://cloud.google.com/load-balancing/pricing',
  'https://cloud.google.com/apigee/pricing',
] as const;

/**
 * On demand, an hour: one virtual CPU and one GiB of memory of each machine family. Checked against hourly prices of
 * whole machines in copies of Google's catalogue from 2025 (`c2-standard-16` 0.83523, `-4` 0.20881, `-30` 1.56606;
 * `n1-standard-1` 0.0475; `n2-standard-2` 0.0971; `n2d-standard-2` 0.0844; `e2-standard-2` 0.067006): such a check
 * holds for standard machines, and not for each of the two numbers alone.
 */
export const machinePrices: Readonly<
  Record<string, { readonly cpu: number; readonly memoryGib: number; readonly isUnchecked?: true }>
> = {
  c2: { cpu: 0.033982, memoryGib: 0.004555 },
  e2: { cpu: 0.021811, memoryGib: 0.002923 },
  n1: { cpu: 0.031611, memoryGib: 0.004237 },
  n2: { cpu: 0.031611, memoryGib: 0.004237 },
  n2d: { cpu: 0.027502, memoryGib: 0.003686 },
  c2d: { cpu: 0.029563, memoryGib: 0.003959, isUnchecked: true },
  c3: { cpu: 0.03465, memoryGib: 0.003938, isUnchecked: true },
  t2d: { cpu: 0.027502, memoryGib: 0.003686, isUnchecked: true },
};

/** Each node boots from a pd-standard disk of this size, GiB; the price is for a GiB and an hour. Not checked: 0.04 a month. */
export const bootDisk = { gib: 100, perGib: 0.04 / 730 } as const;

export const prices = {
  /** GKE's management of one cluster. Google's page, several copies of 2025; a free tier of 74.40 a month may cover it. */
  cluster: 0.1,
  /** The load balancer's forwarding rule, the first five together. Google's page, read on 2026-09-20. */
  forwardingRule: 0.025,
  /** One Comprehensive environment in one region, pay as you go: 3431 a month in Apigee's examples of 2026; a subscription has it included. */
  apigeeEnvironment: 4.7,
} as const;

/** Apigee's price of calls of extensible proxies, the kind in front of the gateway. Google's page, read on 2026-09-20. */
export const apigeeCallsPerMillion = 100;
