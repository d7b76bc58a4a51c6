// Machine types by name: CPUs, memory, regional quota. Pure.

export interface Machine {
  readonly cpus: number;
  readonly memoryGib: number;
  /** `C2_CPUS`; undefined for families that Compute Engine's regional quotas do not list. */
  readonly quotaMetric: string | undefined;
}

/** Families whose CPUs count against plain CPUS. */
const sharedQuota = new Set(['n1', 'e2', 'f1', 'g1']);
const ownQuota = new Set(['c2', 'c2d', 'c3', 'n2', 'n2d', 't2d', 't2a', 'm1', 'm2', 'm3', 'a2']);

/** Families on ARM CPUs: https://docs.cloud.google.com/compute/docs/cpu-platforms */
const arm = new Set(['a4x', 'c4a', 'n4a', 't2a']);
/** Families whose machines never have AVX-512, or only on some of their CPU platforms. */
const withoutAvx512 = new Set(['c2d', 'e2', 'f1', 'g1', 'm1', 'n1', 'n2d', 't2d']);

/** Families with the features that the model server's image needs, for the advice to people. */
export const fitFamilies = 'c2, c3, c3d, c4, c4d, n2 or n4';

/** CPU feature that the model server's image needs and a machine type lacks; undefined when it lacks none. */
export function missingCpuFeature(
  machineType: string,
  architecture: 'X86_64' | 'ARM64' | undefined,
): 'x86-64' | 'AVX-512' | undefined {
  // A custom type without a family is an N1.
  const family = machineType.split('-', 1)[0]?.replace('custom', 'n1') ?? '';
  if (architecture === 'ARM64' || arm.has(family)) return 'x86-64';
  return withoutAvx512.has(family) ? 'AVX-512' : undefined;
}

const gibPerCpu: Readonly<Record<string, number>> = { standard: 4, highmem: 8, highcpu: 1 };

/** @param name `c2-standard-16`, `n2-custom-8-16384`; undefined for another form (`e2-medium`). */
export function parseMachineType(name: string): Machine | undefined {
  const match = /^([a-z]\d+[a-z]?)-([a-z]+)-(\d+)(?:-(\d+))?/.exec(name);
  if (match === null) return undefined;
  const [, family = '', kind = '', count = '', megabytes] = match;
  const cpus = Number(count);
  const memoryGib =
    megabytes === undefined ? cpus * (gibPerCpu[kind] ?? 4) : Number(megabytes) / 1024;
  return { cpus, memoryGib, quotaMetric: quotaMetric(family) };
}

function quotaMetric(family: string): string | undefined {
  if (sharedQuota.has(family)) return 'CPUS';
  return ownQuota.has(family) ? `${family.toUpperCase()}_CPUS` : undefined;
}

/**
 * A node's share for its one model server: three quarters of its CPUs, and at most 70 % of its memory.
 * @returns Kubernetes quantities; for c2-standard-16, 12 CPUs.
 */
export function modelServerShare(machineType: string): { cpus: string; memory: string } {
  const machine = parseMachineType(machineType) ?? { cpus: 2, memoryGib: 16 };
  return {
    cpus: String(Math.max(1, Math.floor(machine.cpus * 0.75))),
    memory: `${Math.max(9, Math.floor(machine.memoryGib * 0.7))}Gi`,
  };
}
