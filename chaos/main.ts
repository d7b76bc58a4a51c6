// Entry of `npm run chaos`: runs seeds, reduces failing ones, and reports a verdict.
import { type Plan, isTraffic, nameOf } from './events.ts';
import { planOf, planWith } from './plan.ts';
import { reduceItems } from './reduce.ts';
import { type SeedResult, faultsOf, runSeed } from './run-seed.ts';
import { stopOnSignals } from './stop-on-signals.ts';
import { type ChaosSettings, UsageError, chaosUsage, readChaosSettings } from './settings.ts';

const out = (text: string): void => void process.stdout.write(`${text}\n`);

try {
  const settings = readChaosSettings(process.argv.slice(2));
  if (settings === 'help') out(chaosUsage);
  else process.exitCode = await main(settings);
} catch (error) {
  if (!(error instanceof UsageError)) throw error;
  process.stderr.write(`${error.message}\n\n${chaosUsage}\n`);
  process.exitCode = 2;
}

async function main(settings: ChaosSettings): Promise<number> {
  const { seeds, only, reduces, printsOnly } = settings;
  const plans = seeds.map((seed) => {
    const plan = planOf(seed);
    return only === undefined ? plan : planWith(plan, only);
  });
  if (printsOnly) {
    for (const plan of plans) out(formatPlan(plan));
    return 0;
  }
  const stopped = stopOnSignals();
  const failed: number[] = [];
  const survived = new Map<string, number>();
  for (const plan of plans) {
    const result = await runSeed(plan, stopped).catch((error: unknown) => {
      if (stopped.aborted) return undefined;
      throw error;
    });
    if (result === undefined) {
      out('Stopped.');
      return 130;
    }
    out(formatResult(plan, result));
    if (result.violations.length > 0) {
      failed.push(plan.seed);
      out(
        `replay: npm run chaos -- --seed ${plan.seed}${only === undefined ? '' : ` --only ${only.join(',')}`}`,
      );
      if (reduces) await reduce(plan.seed, only, stopped);
    } else {
      for (const [name, count] of faultsOf(plan)) {
        survived.set(name, (survived.get(name) ?? 0) + count);
      }
    }
  }
  const faults = [...survived].map(([name, count]) => `${name} ${count}`).toSorted();
  out(`faults survived: ${faults.join(', ') || 'none'}`);
  const all = `${plans.length} ${plans.length === 1 ? 'seed' : 'seeds'}`;
  out(
    failed.length === 0
      ? `PASSED: ${all}, all invariants hold`
      : `FAILED: seeds ${failed.join(', ')} of ${all}`,
  );
  return failed.length === 0 ? 0 : 1;
}

async function reduce(
  seed: number,
  only: ChaosSettings['only'],
  stopped: AbortSignal,
): Promise<void> {
  const plan = planOf(seed);
  const numbers = only ?? plan.events.map((_, index) => index);
  const kept = await reduceItems(numbers, async (rest) => {
    const { violations } = await runSeed(planWith(plan, rest), stopped);
    out(`  with ${rest.length} events: ${violations.length === 0 ? 'holds' : 'fails'}`);
    return violations.length > 0;
  });
  out(`reduced to ${kept.length} events: npm run chaos -- --seed ${seed} --only ${kept.join(',')}`);
  out(formatPlan(planWith(plan, kept)));
}

function formatResult(
  plan: Plan,
  { violations, toldTwice, tookMs, debts, directory }: SeedResult,
): string {
  const faults = plan.events.filter((event) => !isTraffic(event)).length;
  const acts = plan.events.length - faults;
  const verdict = violations.length === 0 ? 'holds' : 'FAILS';
  const twice =
    toldTwice.length === 0 ? '' : `, ${toldTwice.length} told twice after a lost answer`;
  return [
    `seed ${plan.seed} ${verdict} in ${Math.round(tookMs / 1_000)} s: ${plan.slackMode}, ${plan.roles.join('+')}, ${acts} acts, ${debts} owed, ${faults} faults${twice}`,
    ...toldTwice.map(({ job, texts }) => `  (twice: ${job}: ${texts.join(' | ')})`),
    ...violations.map((violation) => `  ${violation}`),
    ...(directory === undefined ? [] : [`  logs: ${directory}`]),
  ].join('\n');
}

function formatPlan({ seed, slackMode, roles, events }: Plan): string {
  const lines = events.map((event, index) => {
    const { at, ...rest } = event;
    return `  ${index} at ${at} ms: ${nameOf(event)} ${JSON.stringify(rest)}`;
  });
  return [`seed ${seed}: ${slackMode}, ${roles.join('+')}`, ...lines].join('\n');
}
