// Socket Mode over a real WebSocket: commands, events and reconnection.
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type TestWorkspace, openWorkspace } from './open-workspace.ts';

let slack: TestWorkspace;
beforeAll(async () => {
  slack = await openWorkspace({
    mode: 'socket',
    // The first calls fail; the start and the process must survive that.
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

test('a command is received after Slack was unavailable at the start', async () => {
  await heard('/llmgw help');
  await slack.sees((each) => each.text.startsWith('Commands:'), 'U0ALICE');
});

test('a mention is answered in its thread', async () => {
  const ts = await slack.message('@llmgw help', 'U0BOB');
  await slack.sees((each) => each.threadTs === ts && each.text.startsWith('Commands:'), 'U0BOB');
});

test('a lost connection is restored also when the Web API fails at first', async () => {
  slack.fault({ operation: 'apps.connections.open', action: { kind: 'reset' }, times: 3 });
  await slack.post('drop-sockets', { how: 'cut' });
  await heard('/llmgw staus');
  await slack.sees((each) => each.text.includes('Did you mean'), 'U0ALICE');
});
