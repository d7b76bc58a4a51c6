// Start times and idle memory by role, for the sources and the production build.
import { rmSync } from 'node:fs';
import { setTimeout as after } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { buildBot } from '../setup/build/build.ts';
import { startBot } from '../test/support/bot-process.ts';
import { openRedis } from '../test/support/redis-server.ts';
import { quantile } from './measures.ts';

const roles = ['slack', 'worker', 'all'] as const;
type Role = (typeof roles)[number];

export interface StartFigures {
  readonly program: 'sources' | 'build';
  readonly role: Role;
  /** The first start, without Node's compile cache if the program makes its own. */
  readonly coldMs: number;
  readonly warmMs: number;
  readonly idleMb: number;
}

const checkout = fileURLToPath(new URL('..', import.meta.url));
const idleAfterMs = 5_000;

/** @param rounds warm starts for each median. */
export async function startRow(
  rounds: number,
  tell: (text: string) => void,
): Promise<StartFigures[]> {
  const dist = fileURLToPath(new URL('../dist', import.meta.url));
  tell('start: building');
  await buildBot(checkout, dist);
  const redis = await openRedis();
  const figures: StartFigures[] = [];
  try {
    for (const role of roles) {
      for (const program of ['sources', 'build'] as const) {
        tell(`start: ${program}, role ${role}`);
        const entry = program === 'build' ? `${dist}/main.mjs` : `${checkout}src/main.ts`;
        if (program === 'sources') {
          rmSync(`${checkout}node_modules/.cache/llmgw`, { recursive: true, force: true });
        }
        const cold = await startOnce(redis.url, entry, role);
        const warm = [];
        for (let round = 0; round < rounds; round += 1) {
          warm.push(await startOnce(redis.url, entry, role));
        }
        figures.push({
          program,
          role,
          coldMs: cold.readyMs,
          warmMs: quantile(
            warm.map((one) => one.readyMs),
            0.5,
          ),
          idleMb: quantile(
            warm.map((one) => one.idleMb),
            0.5,
          ),
        });
      }
    }
  } finally {
    await redis.stop();
  }
  return figures;
}

async function startOnce(
  redisUrl: string,
  entry: string,
  role: Role,
): Promise<{ readonly readyMs: number; readonly idleMb: number }> {
  let begunAt = 0;
  const bot = await startBot({
    redisUrl,
    entry,
    env: { LLMGW_ROLE: role },
    before: async () => void (begunAt = performance.now()),
  });
  try {
    while ((await bot.health('/readyz')).status !== 200) await after(10);
    const readyMs = Math.round(performance.now() - begunAt);
    await after(idleAfterMs);
    const text = await (await fetch(bot.metricsUrl)).text();
    const bytes = Number(/^process_resident_memory_bytes (\S+)$/m.exec(text)?.[1]);
    return { readyMs, idleMb: Math.round(bytes / 1_048_576) };
  } finally {
    await bot.stop();
  }
}

export function startReport(figures: readonly StartFigures[]): string {
  const rows = roles.map((role) => {
    const of = (program: StartFigures['program']): StartFigures | undefined =>
      figures.find((one) => one.role === role && one.program === program);
    const [sources, build] = [of('sources'), of('build')];
    const ratio = ((build?.warmMs ?? 0) / (sources?.warmMs ?? 1)).toFixed(2);
    return `| ${role} | ${sources?.coldMs} / ${sources?.warmMs} | ${build?.coldMs} / ${build?.warmMs} | ${ratio} | ${sources?.idleMb} | ${build?.idleMb} |`;
  });
  return `## Start to ready, ms (first / median of later starts), and memory when idle, MB

| role | sources | build | build : sources, later starts | sources, MB | build, MB |
| --- | --- | --- | --- | --- | --- |
${rows.join('\n')}
`;
}
