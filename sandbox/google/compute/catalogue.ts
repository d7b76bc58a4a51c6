// Compute Engine's catalogue in the sandbox: regions, zones, machine types and their metrics.

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

/** The region of an existing zone. */
export function regionOf(zone: string): string | undefined {
  const region = zone.replace(/-[a-z]$/, '');
  return zonesOf(region)?.includes(zone) === true ? region : undefined;
}

/** Default limits of a region; C2_CPUS is as low as in new projects. */
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
  /** The regional quota of its CPUs. */
  readonly metric: string;
  readonly architecture: Architecture;
}

export type Architecture = 'X86_64' | 'ARM64';

interface Family {
  readonly sizes: readonly number[];
  readonly gbPerCpu: number;
  readonly metric: string;
}

const sizes = [2, 4, 8, 16, 32, 48, 64, 80];
const families: Readonly<Record<string, Family>> = {
  'c2-standard': { sizes: [4, 8, 16, 30, 60], gbPerCpu: 4, metric: 'C2_CPUS' },
  'c2d-standard': { sizes: [2, 4, 8, 16, 32, 56, 112], gbPerCpu: 4, metric: 'C2D_CPUS' },
  'c3-standard': { sizes: [4, 8, 22, 44, 88, 176], gbPerCpu: 4, metric: 'C3_CPUS' },
  'c3d-standard': { sizes: [4, 8, 16, 30, 60, 90, 180], gbPerCpu: 4, metric: 'CPUS' },
  'c4-standard': { sizes: [2, 4, 8, 16, 24, 32, 48, 96], gbPerCpu: 3.75, metric: 'CPUS' },
  'c4a-standard': { sizes: [1, 2, 4, 8, 16, 32, 48, 64, 72], gbPerCpu: 4, metric: 'CPUS' },
  'c4d-standard': { sizes: [2, 4, 8, 16, 32, 48, 64, 96], gbPerCpu: 3.875, metric: 'CPUS' },
  'e2-standard': { sizes: [2, 4, 8, 16, 32], gbPerCpu: 4, metric: 'CPUS' },
  'g2-standard': { sizes: [4, 8, 12, 16, 24, 32, 48, 96], gbPerCpu: 4, metric: 'CPUS' },
  'h3-standard': { sizes: [88], gbPerCpu: 4, metric: 'CPUS' },
  'm3-ultramem': { sizes: [32, 64, 128], gbPerCpu: 30.5, metric: 'M3_CPUS' },
  'n1-standard': { sizes: [1, 2, 4, 8, 16, 32, 64, 96], gbPerCpu: 3.75, metric: 'CPUS' },
  'n2-standard': { sizes, gbPerCpu: 4, metric: 'N2_CPUS' },
  'n2d-standard': { sizes: [...sizes, 96, 128, 224], gbPerCpu: 4, metric: 'N2D_CPUS' },
  'n4-standard': { sizes, gbPerCpu: 4, metric: 'CPUS' },
  'n4a-standard': { sizes: [1, ...sizes], gbPerCpu: 4, metric: 'CPUS' },
  't2a-standard': { sizes: [1, 2, 4, 8, 16, 32, 48], gbPerCpu: 4, metric: 'T2A_CPUS' },
  't2d-standard': { sizes: [1, 2, 4, 8, 16, 32, 48, 60], gbPerCpu: 4, metric: 'T2D_CPUS' },
};

/** Families with unusual CPUs: https://docs.cloud.google.com/compute/docs/cpu-platforms */
const arm = new Set(['a4x', 'c4a', 'n4a', 't2a']);
/** AMD before Genoa, and families whose machines may have CPUs before Skylake. */
const withoutAvx512 = new Set(['c2d', 'custom', 'e2', 'f1', 'g1', 'm1', 'n1', 'n2d', 't2d']);

export const architectureOf = (machineType: string): Architecture =>
  arm.has(familyOf(machineType)) ? 'ARM64' : 'X86_64';

export const hasAvx512 = (machineType: string): boolean =>
  architectureOf(machineType) === 'X86_64' && !withoutAvx512.has(familyOf(machineType));

const familyOf = (machineType: string): string => machineType.split('-')[0] ?? '';

export function machineType(name: string): MachineType | undefined {
  const custom = customType(name);
  if (custom !== undefined) return custom;
  const match = /^(.+)-(\d+)$/.exec(name);
  const family = families[match?.[1] ?? ''];
  const cpus = Number(match?.[2]);
  if (family === undefined || !family.sizes.includes(cpus)) return undefined;
  const { gbPerCpu, metric } = family;
  const architecture = architectureOf(name);
  return { name, cpus, memoryMb: cpus * gbPerCpu * 1024, metric, architecture };
}

/** `n2-custom-8-32768`; without a family it is an N1. */
function customType(name: string): MachineType | undefined {
  const match = /^(?:(e2|n1|n2|n2d|n4|n4a)-)?custom-(\d+)-(\d+)$/.exec(name);
  if (match === null) return undefined;
  const [, family = 'n1', cpus, memoryMb] = match;
  const metric = families[`${family}-standard`]?.metric ?? 'CPUS';
  const architecture = architectureOf(name);
  return { name, cpus: Number(cpus), memoryMb: Number(memoryMb), metric, architecture };
}
