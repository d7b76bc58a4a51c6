// Apigee's lock on an organization: provisions and teardowns wait for another operation's end.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { ApigeeState, Operation, Organization } from '../../sandbox/apigee/state.ts';
import { startTestSandbox, type TestSandbox } from '../support/sandbox.ts';

let sandbox: TestSandbox;
let directory = '';

beforeAll(async () => {
  directory = mkdtempSync(join(tmpdir(), 'llmgw-lock-'));
  const gateways = join(directory, 'gateways.yaml');
  writeFileSync(gateways, 'staging:\n  NODE_COUNT: 1\n');
  sandbox = await startTestSandbox({ botEnv: { LLMGW_GATEWAYS: gateways, NODE_COUNT: '1' } });
}, 60_000);
afterAll(async () => {
  await sandbox?.stop();
  rmSync(directory, { recursive: true, force: true });
});

function organization(): Organization {
  const { organizations } = sandbox.context.state('apigee', (): ApigeeState => expect.fail());
  return Object.values(organizations)[0] ?? expect.fail();
}

/** Creates the environment b for another client. @returns the end of that operation. */
function lock(): () => void {
  const { name, operations } = organization();
  const operation: Operation = {
    name: `organizations/${name}/operations/of-somebody-else`,
    done: false,
    metadata: { targetResourceName: `organizations/${name}/environments/b` },
    pending: {
      startedAt: Date.now(),
      due: Date.now() + 3_600_000,
      effect: { kind: 'environment-ready', environment: 'b' },
    },
  };
  operations['of-somebody-else'] = operation;
  return () => void delete operations['of-somebody-else'];
}

const lastCard = (): string => JSON.stringify((JSON.parse(sandbox.cards()) as unknown[]).at(-1));
const last = (timeout = 60_000) => expect.poll(lastCard, { timeout });
const locked =
  'the resource is locked by another operation where environment b is currently being created';

test('a provision waits for the lock, names its start and its operation, and continues', async () => {
  const unlock = lock();
  await sandbox.command('/llmgw provision default --yes');
  await last().toMatch(
    /Create Apigee environment\* · waiting for `of-somebody-else` to finish since <!date[^>]*>, tried [5-9] times/,
  );
  expect(lastCard()).toContain(locked);
  expect(lastCard()).not.toContain('*Failed*');
  unlock();
  await last(120_000).toContain('The gateway is ready');
}, 240_000);

test('a teardown waits for the lock, and leaves no resources', async () => {
  const unlock = lock();
  await sandbox.command('/llmgw teardown default --confirm default');
  await last().toContain(locked);
  expect(lastCard()).not.toContain('*Failed*');
  unlock();
  await last(120_000).toContain('is gone');
  expect(Object.keys(organization().environments)).toEqual([]);
}, 240_000);

test('two gateways of one organization are provisioned and torn down at the same time', async () => {
  const both = (command: (gateway: string) => string) =>
    Promise.all(['default', 'staging'].map((gateway) => sandbox.command(command(gateway))));
  /** The newest card of each gateway matches, and each run has ended. */
  const cardsSay = (title: string, words: (gateway: string) => string) =>
    expect
      .poll(
        () => {
          const cards = (JSON.parse(sandbox.cards()) as object[]).map((card) =>
            JSON.stringify(card),
          );
          return ['default', 'staging'].map((gateway) => {
            const newest = cards.findLast((card) => card.includes(`${title}: ${gateway}`)) ?? '';
            return newest.includes('*Failed*') ? newest : newest.includes(words(gateway));
          });
        },
        { timeout: 180_000 },
      )
      .toEqual([true, true]);
  await both((gateway) => `/llmgw provision ${gateway} --yes`);
  await cardsSay('Provision gateway', () => '*The gateway is ready and protected.*');
  await both((gateway) => `/llmgw teardown ${gateway} --confirm ${gateway}`);
  await cardsSay('Tear down gateway', (gateway) => `*The gateway \`${gateway}\` is gone.*`);
  expect(Object.keys(organization().environments)).toEqual([]);
}, 400_000);
