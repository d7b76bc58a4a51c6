// Entry of `npm run soak`: quiet traffic, three measurements, a verdict on growth.
import { setTimeout as after } from 'node:timers/promises';
import { act } from './act.ts';
import { drawCalmTraffic } from './draw-traffic.ts';
import { type Figures, growing, processFigures, storeFigures } from './figures.ts';
import { look, unrest } from './invariants.ts';
import { createRandom } from './random.ts';
import { type SoakSettings, UsageError, readSoakSettings, soakUsage } from './settings.ts';
import { type Stage, openStage } from './stage.ts';
import { stopOnSignals } from './stop-on-signals.ts';
import { readStore } from './store.ts';

const out = (text: string): void => void process.stdout.write(`${text}\n`);
/** Warm-up before the first figures, for caches and compilation, ms. */
const warmUpMs = 20_000;
const quietWithinMs = 60_000;

try {
  const settings = readSoakSettings(process.argv.slice(2));
  if (settings === 'help') out(soakUsage);
  else process.exitCode = await main(settings);
} catch (error) {
  if (!(error instanceof UsageError)) throw error;
  process.stderr.write(`${error.message}\n\n${soakUsage}\n`);
  process.exitCode = 2;
}

async function main(settings: SoakSettings): Promise<number> {
  const stopped = stopOnSignals();
  try {
    return await soak(settings, stopped);
  } catch (error) {
    if (!stopped.aborted) throw error;
    out('Stopped.');
    return 130;
  }
}

async function soak({ minutes, rate, seed }: SoakSettings, signal: AbortSignal): Promise<number> {
  const stage = await openStage({ roles: ['all'], slackMode: 'http', speed: 600, signal });
  try {
    const traffic = createTraffic(stage, seed, rate, signal);
    const provision = { as: 'olivia', channel: '#llm-gateway', text: '/llmgw provision --yes' };
    await act(stage.slack, { kind: 'command', ...provision });
    await quiet(stage, signal);
    await traffic.during(warmUpMs);
    const start = await measure(stage, traffic.acts(), signal);
    await traffic.during(minutes * 30_000);
    const middle = await measure(stage, traffic.acts(), signal);
    await traffic.during(minutes * 30_000);
    const end = await measure(stage, traffic.acts(), signal);
    report(start, middle, end);
    const found = growing(start, middle, end);
    for (const each of found) out(`  ${each}`);
    const lasted = `${minutes} min, ${end.acts - start.acts} acts`;
    out(found.length === 0 ? `FLAT: ${lasted}` : `GROWING: ${lasted}`);
    return found.length === 0 ? 0 : 1;
  } finally {
    await stage.stop(false);
  }
}

function createTraffic(stage: Stage, seed: number, rate: number, signal: AbortSignal) {
  const random = createRandom(seed);
  let acts = 0;
  return {
    acts: () => acts,
    during: async (ms: number): Promise<void> => {
      const until = Date.now() + ms;
      const underWay = new Set<Promise<unknown>>();
      while (Date.now() < until) {
        acts += 1;
        const one = act(stage.slack, drawCalmTraffic(random));
        underWay.add(one);
        void one.finally(() => underWay.delete(one)).catch(() => undefined);
        await after(1_000 / rate, undefined, { signal });
      }
      await Promise.all(underWay);
    },
  };
}

async function measure(stage: Stage, acts: number, signal: AbortSignal): Promise<Figures> {
  await quiet(stage, signal);
  const ephemeral = (await look(stage)).filter(({ isEphemeral }) => isEphemeral);
  const { messages } = stage.sandbox.context.state<{
    messages: Readonly<Record<string, readonly { byBot: boolean }[]>>;
  }>('slack', () => ({ messages: {} }));
  const lasting = Object.values(messages)
    .flat()
    .filter(({ byBot }) => byBot);
  return {
    acts,
    ...processFigures(stage.fleet.pids()),
    ...storeFigures(await readStore(stage.sandbox.redis.url)),
    slackMessages: lasting.length + ephemeral.length,
  };
}

async function quiet(stage: Stage, signal: AbortSignal): Promise<void> {
  const until = Date.now() + quietWithinMs;
  while (Date.now() < until && (await unrest(stage, [])).length > 0) {
    await after(250, undefined, { signal });
  }
}

function report(...all: readonly Figures[]): void {
  const row = (name: string, values: readonly (string | number)[]): void =>
    out([name.padEnd(60), ...values.map((value) => String(value).padStart(10))].join(' '));
  row('', ['start', 'middle', 'end']);
  row(
    'acts',
    all.map(({ acts }) => acts),
  );
  row(
    'memory of the bot, MB',
    all.map(({ rssMb }) => rssMb),
  );
  row(
    'open handles',
    all.map(({ handles }) => handles),
  );
  row(
    'messages of the bot in Slack',
    all.map(({ slackMessages }) => slackMessages),
  );
  const kinds = new Set(all.flatMap(({ redisBytes }) => Object.keys(redisBytes)));
  for (const kind of [...kinds].toSorted()) {
    row(
      `Redis bytes, ${kind}`,
      all.map(({ redisBytes }) => redisBytes[kind] ?? 0),
    );
  }
}
