// The part of Compute Engine's catalogue that the sandbox knows: regions with their zones, machine types with their metrics.

/** Region -> letters of its zones. */
const regions: Readonly<Record<string, string>> = {
  'us-central1': 'abcf',
  'us-east1': 'bcd',
  'us-east4': 'abc',
  'us-west1': 'abc',
  'europe-west1': 'bcd',
  'europe-west4': 'abc',
  'asia-southeast1': 'abc',
};

export function zonesOf(region: string): string[] | undefined {
  return regions[region]?.split('').map((letter) => `${region}-${letter}`);
}

/** The region of a zone that exists. */
export function regionOf(zone: string): string | undefined {
  const region = zone.replace(/-[a-z]$/, '');
  return zonesOf(region)?.includes(zone) === true ? region : undefined;
}

/** Default limits of a region in which nothing was raised; C2_CPUS is as low as new projects have it. */
export const defaultQuotas: Readonly<Record<string, number>> = {
  CPUS: 72,
  C2_CPUS: 8,
  N2_CPUS: 24,
  DISKS_TOTAL_GB: 4096,
  SSD_TOTAL_GB: 500,
  IN_USE_ADDRESSES: 8,
  STATIC_ADDRESSES: 8,
  INSTANCES: 72,
  INSTANCE_GROUP_MANAGERS: 150,
  NVIDIA_L4_GPUS: 1,
};

export interface MachineType {
  readonly name: string;
  readonly cpus: number;
  readonly memoryMb: number;
  /** The regional quota that its CPUs count against. */
  readonly metric: string;
}

interface Family {
  readonly sizes: readonly number[];
  readonly gbPerCpu: number;
  readonly metric: string;
}

const families: Readonly<Record<string, Family>> = {
  'c2-standard': { sizes: [4, 8, 16, 30, 60], gbPerCpu: 4, metric: 'C2_CPUS' },
  'n2-standard': { sizes: [2, 4, 8, 16, 32, 48, 64, 80], gbPerCpu: 4, metric: 'N2_CPUS' },
  'n1-standard': { sizes: [1, 2, 4, 8, 16, 32, 64, 96], gbPerCpu: 3.75, metric: 'CPUS' },
  'e2-standard': { sizes: [2, 4, 8, 16, 32], gbPerCpu: 4, metric: 'CPUS' },
  'g2-standard': { sizes: [4, 8, 12, 16, 24, 32, 48, 96], gbPerCpu: 4, metric: 'CPUS' },
};

export function machineType(name: string): MachineType | undefined {
  const match = /^(.+)-(\d+)$/.exec(name);
  const family = families[match?.[1] ?? ''];
  const cpus = Number(match?.[2]);
  if (family === undefined || !family.sizes.includes(cpus)) return undefined;
  return { name, cpus, memoryMb: cpus * family.gbPerCpu * 1024, metric: family.metric };
}
