// Command lines of chaos and soak: defaults, and one sentence for each mistake.
import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';
import { UsageError, readChaosSettings, readSoakSettings } from '../../chaos/settings.ts';

test('chaos runs one seed by default, a range from --from, or the seed of --seed', () => {
  expect(readChaosSettings([])).toMatchObject({ seeds: [1], reduces: false });
  expect(readChaosSettings(['--seeds', '3', '--from', '40'])).toMatchObject({
    seeds: [40, 41, 42],
  });
  expect(readChaosSettings(['--seed', '9', '--only', '1,5', '--reduce'])).toEqual({
    seeds: [9],
    only: [1, 5],
    reduces: true,
    printsOnly: false,
  });
});

test('soak lasts two minutes by default', () => {
  expect(readSoakSettings([])).toEqual({ minutes: 2, rate: 2, seed: 1 });
});

test.each([
  [['--seeds', 'many'], '--seeds must be a number from 1 to 10000, not "many".'],
  [['--seeds', '1.5'], '--seeds must be a whole number, not "1.5".'],
  [['--seeds', ''], '--seeds must be a number'],
  [['--from=-1'], '--from must be a number from 0'],
  [['--seed', '1', '--seeds', '2'], 'Use either --seed, or --seeds and --from.'],
  [['--only', '1'], '--only needs --seed.'],
  [['--seed', '1', '--only', '2,x'], '--only must be a number'],
  [['--speed', '3'], "Unknown option '--speed'"],
  [['nine'], "Unexpected argument 'nine'"],
])('chaos refuses %j', (args, words) => {
  expect(() => readChaosSettings(args)).toThrow(UsageError);
  expect(() => readChaosSettings(args)).toThrow(words);
});

test.each([
  [['--minutes', '0'], '--minutes must be a number from 0.1 to 1440, not "0".'],
  [['--rate', 'fast'], '--rate must be a number from 0.1 to 20, not "fast".'],
])('soak refuses %j', (args, words) => {
  expect(() => readSoakSettings(args)).toThrow(words);
});

const run = promisify(execFile);
const entry = (name: string): string =>
  fileURLToPath(new URL(`../../chaos/${name}`, import.meta.url));

test.each(['main.ts', 'soak-main.ts'])(
  'chaos/%s ends with 2 and its usage after a mistake, and with 0 after --help',
  async (name) => {
    const failed = run(process.execPath, [entry(name), '--seed', 'x']);
    await expect(failed).rejects.toMatchObject({
      code: 2,
      stderr: expect.stringMatching(/^--seed must be a number[^\n]*\n\nnpm run /),
    });
    const { stdout } = await run(process.execPath, [entry(name), '--help']);
    expect(stdout).toContain('Exit code: 0');
  },
);
