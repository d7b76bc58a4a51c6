// Command lines of `npm run chaos` and `npm run soak`.
import { parseArgs } from 'node:util';

/** An invalid command line, described in a sentence. */
export class UsageError extends Error {}

export const chaosUsage = `npm run chaos -- [options]
  --seeds N      number of seeds (default 1)
  --from SEED    first seed (default 1)
  --seed SEED    replay this seed alone
  --only I,J,…   with --seed: keep only these events of its plan, by number
  --reduce       drop events of each failing plan while it still fails
  --plan         print the plans, run nothing
  --help         show this text

Exit code: 0 if every seed holds all invariants, 1 if one does not, 2 for a usage error, 130 after Ctrl-C.`;

export interface ChaosSettings {
  readonly seeds: readonly number[];
  readonly only: readonly number[] | undefined;
  readonly reduces: boolean;
  readonly printsOnly: boolean;
}

/** @throws UsageError */
export function readChaosSettings(args: readonly string[]): ChaosSettings | 'help' {
  const values = parsed(args, {
    seeds: { type: 'string' },
    from: { type: 'string' },
    seed: { type: 'string' },
    only: { type: 'string' },
    reduce: { type: 'boolean' },
    plan: { type: 'boolean' },
    help: { type: 'boolean', short: 'h' },
  });
  if (values['help'] === true) return 'help';
  const { seed, only } = values;
  if (seed !== undefined && (values['seeds'] !== undefined || values['from'] !== undefined)) {
    throw new UsageError('Use either --seed, or --seeds and --from.');
  }
  if (only !== undefined && seed === undefined) throw new UsageError('--only needs --seed.');
  const from = whole('--from', values['from'] ?? '1', 0, mostSeed);
  const count = whole('--seeds', values['seeds'] ?? '1', 1, 10_000);
  return {
    seeds:
      seed === undefined
        ? Array.from({ length: count }, (_, index) => from + index)
        : [whole('--seed', seed, 0, mostSeed)],
    only:
      typeof only === 'string'
        ? only.split(',').map((each) => whole('--only', each, 0, 1_000))
        : undefined,
    reduces: values['reduce'] === true,
    printsOnly: values['plan'] === true,
  };
}

export const soakUsage = `npm run soak -- [options]
  --minutes N    how long, up to 1440 (default 2)
  --rate R       acts of people a second, up to 20 (default 2)
  --seed SEED    of the traffic (default 1)
  --help         show this text

Exit code: 0 if all figures stay flat, 1 if one grows, 2 for a usage error, 130 after Ctrl-C.`;

export interface SoakSettings {
  readonly minutes: number;
  readonly rate: number;
  readonly seed: number;
}

/** @throws UsageError */
export function readSoakSettings(args: readonly string[]): SoakSettings | 'help' {
  const values = parsed(args, {
    minutes: { type: 'string' },
    rate: { type: 'string' },
    seed: { type: 'string' },
    help: { type: 'boolean', short: 'h' },
  });
  if (values['help'] === true) return 'help';
  return {
    minutes: number('--minutes', values['minutes'] ?? '2', 0.1, 1_440),
    rate: number('--rate', values['rate'] ?? '2', 0.1, 20),
    seed: whole('--seed', values['seed'] ?? '1', 0, mostSeed),
  };
}

const mostSeed = 4_294_967_295;

type Options = NonNullable<NonNullable<Parameters<typeof parseArgs>[0]>['options']>;

function parsed(
  args: readonly string[],
  options: Options,
): Readonly<Record<string, string | boolean | undefined>> {
  try {
    return parseArgs({ args: [...args], options }).values as Record<string, string | boolean>;
  } catch (error) {
    throw new UsageError(error instanceof Error ? error.message : String(error), { cause: error });
  }
}

function whole(name: string, text: string | boolean, least: number, most: number): number {
  const value = number(name, text, least, most);
  if (Number.isInteger(value)) return value;
  throw new UsageError(`${name} must be a whole number, not "${text}".`);
}

function number(name: string, text: string | boolean, least: number, most: number): number {
  const value = Number(text);
  if (String(text).trim() !== '' && value >= least && value <= most) return value;
  throw new UsageError(`${name} must be a number from ${least} to ${most}, not "${text}".`);
}
