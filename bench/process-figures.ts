// Figures of the bot's process from /metrics: memory, processor time, event loop lag.
import type { TestSandbox } from '../test/support/sandbox.ts';

export interface ProcessFigures {
  readonly rssBeforeMb: number;
  readonly rssMb: number;
  readonly heapMb: number;
  readonly cpuSeconds: number;
  /** The event loop's lag within the measured time. */
  readonly lagP99Ms: number;
  readonly lagMaxMs: number;
}

/** Starts the measurement; `since` ends it. Each read of the lag resets it. */
export async function processOf(
  sandbox: TestSandbox,
): Promise<{ since(): Promise<ProcessFigures> }> {
  const before = await read(sandbox);
  return {
    since: async () => {
      const after = await read(sandbox);
      const mb = (bytes: number): number => Math.round(bytes / 1_048_576);
      return {
        rssBeforeMb: mb(before('process_resident_memory_bytes')),
        rssMb: mb(after('process_resident_memory_bytes')),
        heapMb: mb(after('nodejs_heap_size_used_bytes')),
        cpuSeconds: after('process_cpu_seconds_total') - before('process_cpu_seconds_total'),
        lagP99Ms: after('nodejs_eventloop_lag_p99_seconds') * 1_000,
        lagMaxMs: after('nodejs_eventloop_lag_max_seconds') * 1_000,
      };
    },
  };
}

async function read({ environment }: TestSandbox): Promise<(name: string) => number> {
  const url = `http://127.0.0.1:${environment['HEALTH_PORT'] ?? ''}/metrics`;
  const text = await (await fetch(url)).text();
  return (name) => Number(new RegExp(`^${name} (\\S+)$`, 'm').exec(text)?.[1] ?? Number.NaN);
}
