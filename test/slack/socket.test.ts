// Socket Mode over a real WebSocket: commands, events, and reconnecting by our own hand.
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type TestWorkspace, openWorkspace } from './open-workspace.ts';

let slack: TestWorkspace;
beforeAll(async () => {
  slack = await openWorkspace({
    mode: 'socket',
    // The first calls fail: neither the start nor the process may fail with them.
    faults: [
      {
        service: 'slack',
        operation: 'apps.connections.open|auth.test',
        action: { kind: 'status', status: 503, headers: {} },
        times: 4,
        probability: 1,
        seed: 1,
      },
    ],
  });
});
afterAll(() => slack.close());

const heard = (text: string): Promise<unknown> =>
  expect
    .poll(() => slack.command(text, 'U0ALICE'), { timeout: 20_000, interval: 200 })
    .toMatchObject({ delivered: true });

test('a command is heard although Slack was away at the start', async () => {
  await heard('/llmgw help');
  await slack.sees((each) => each.text.startsWith('Commands:'), 'U0ALICE');
});

test('a mention is answered in its thread', async () => {
  const ts = await slack.message('@llmgw help', 'U0BOB');
  await slack.sees((each) => each.threadTs === ts && each.text.startsWith('Commands:'), 'U0BOB');
});

test('a cut connection is made again, also while the Web API fails at first', async () => {
  slack.fault({ operation: 'apps.connections.open', action: { kind: 'reset' }, times: 3 });
  await slack.post('drop-sockets', { how: 'cut' });
  await heard('/llmgw staus');
  await slack.sees((each) => each.text.includes('Did you mean'), 'U0ALICE');
});
