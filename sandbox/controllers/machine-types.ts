// Capacity of a machine type, and its allocatable share by GKE's published reservations.

export interface Machine {
  readonly cpus: number;
  readonly memoryBytes: number;
  readonly allocatableCpus: number;
  readonly allocatableMemoryBytes: number;
}

const gib = 2 ** 30;

/** GiB per vCPU, by family and kind. */
const memoryPerCpu: Readonly<Record<string, number>> = {
  'n1-standard': 3.75,
  'n1-highmem': 6.5,
  'n1-highcpu': 0.9,
  highmem: 8,
  highcpu: 1,
  standard: 4,
};

/** @param machineType such as `c2-standard-16`. */
export function machineOf(machineType: string): Machine {
  const [family = '', kind = 'standard', count = '2'] = machineType.split('-');
  const cpus = Math.max(1, Number.parseInt(count, 10) || 2);
  const perCpu = memoryPerCpu[`${family}-${kind}`] ?? memoryPerCpu[kind] ?? 4;
  const memoryBytes = cpus * perCpu * gib;
  return {
    cpus,
    memoryBytes,
    allocatableCpus: Math.round((cpus - reservedCpus(cpus)) * 1000) / 1000,
    allocatableMemoryBytes: Math.floor(memoryBytes - reservedMemory(memoryBytes)),
  };
}

/** Kubelet and system: 6 % of the first core, 1 % of the second, 0.5 % of the next two, 0.25 % of the rest. */
function reservedCpus(cpus: number): number {
  return tiers(cpus, [
    [1, 0.06],
    [1, 0.01],
    [2, 0.005],
    [Infinity, 0.0025],
  ]);
}

/** 25 % of the first 4 GiB, 20 % of the next 4, 10 % of the next 8, 6 % of the next 112, 2 % above, 100 MiB for eviction. */
function reservedMemory(bytes: number): number {
  const share = tiers(bytes / gib, [
    [4, 0.25],
    [4, 0.2],
    [8, 0.1],
    [112, 0.06],
    [Infinity, 0.02],
  ]);
  return share * gib + 100 * 2 ** 20;
}

function tiers(total: number, steps: readonly (readonly [size: number, share: number])[]): number {
  let left = total;
  let sum = 0;
  for (const [size, share] of steps) {
    const part = Math.min(left, size);
    sum += part * share;
    left -= part;
  }
  return sum;
}
