// The receiver's answers to signed requests over real HTTP.
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { type TestWorkspace, markOf, openWorkspace } from './open-workspace.ts';
import { commandBody, signed } from './signed-command.ts';

describe('the receiver over HTTP', () => {
  let slack: TestWorkspace;
  beforeAll(async () => {
    slack = await openWorkspace();
  });
  afterAll(() => slack.close());

  const deliver = (body: string, secondsOff?: number): Promise<Response> =>
    fetch(`${slack.botUrl}/slack/events`, signed(body, secondsOff));

  test('an unknown subcommand is answered with a suggestion', async () => {
    await slack.command('/llmgw staus', 'U0ALICE');
    const seen = await slack.sees((each) => each.text.includes('staus'), 'U0ALICE');
    expect(seen.text).toContain('Did you mean /llmgw status?');
    expect(markOf(seen)).toMatch(/^llmgw\.outcome:refused:[a-z0-9-]+$/);
  });

  test('a slash command of another name is answered before Slack times out', async () => {
    const response = await deliver(commandBody({ command: '/other' }));
    expect(response.status).toBe(200);
    expect(await response.text()).toContain("I don't handle");
  });

  test('an action of another version is answered', async () => {
    const payload = JSON.stringify({
      type: 'block_actions',
      user: { id: 'U0ALICE' },
      team: { id: 'T0SANDBOX' },
      channel: { id: 'C0GATEWAY' },
      actions: [{ type: 'button', action_id: 'old.button', block_id: 'b', action_ts: '1.2' }],
    });
    const response = await deliver(new URLSearchParams({ payload }).toString());
    expect(response.status).toBe(200);
    await slack.sees((each) => each.text.includes('belongs to another version'), 'U0ALICE');
  });

  test('two identical deliveries start one job', async () => {
    const body = commandBody({ text: 'ask once?', trigger_id: 'trigger.twice' });
    const first = await (await deliver(body)).text();
    const second = await (await deliver(body)).text();
    expect(first).toMatch(/llmgw\.accepted:ask-[a-z0-9]+/);
    expect(second).toContain('Already received');
    const { queued } = await slack.queues.listJobs();
    expect(queued.filter((job) => job.name === 'ask')).toHaveLength(1);
  });

  test('a retry is accepted when the first delivery was lost', async () => {
    const event = {
      type: 'event_callback',
      event_id: 'Ev-only-by-retry',
      team_id: 'T0SANDBOX',
      event: {
        type: 'app_mention',
        user: 'U0BOB',
        channel: 'C0GATEWAY',
        text: '<@U0LLMGW> help',
        ts: `${Math.floor(Date.now() / 1000) - 63}.000100`,
      },
    };
    const request = signed(JSON.stringify(event));
    const headers = {
      ...request.headers,
      'content-type': 'application/json',
      'x-slack-retry-num': '2',
    };
    const twice = [0, 1].map(() => fetch(`${slack.botUrl}/slack/events`, { ...request, headers }));
    expect((await Promise.all(twice)).map(({ status }) => status)).toEqual([200, 200]);
    const isAnswer = (text: string): boolean => text.startsWith('Commands:');
    await slack.sees((each) => isAnswer(each.text), 'U0BOB');
    const all = (await slack.screen('U0BOB')).messages.filter((each) => isAnswer(each.text));
    expect(all).toHaveLength(1);
  });

  test('a refusal names the operators to other people', async () => {
    await slack.command('/llmgw provision --yes', 'U0BOB');
    const seen = await slack.sees(
      (each) => each.text.startsWith('Permission denied. Only operators'),
      'U0BOB',
    );
    expect(seen.text).toContain('<@U0OLIVIA>');
    expect(markOf(seen)).toMatch(/^llmgw\.outcome:refused:provision-/);
    expect(
      (await slack.queues.listJobs()).queued.filter((job) => job.name === 'provision'),
    ).toEqual([]);
  });

  test('the audit trail shows operators accepted and refused requests, and in a file', async () => {
    await slack.command('/llmgw key rotate ci', 'U0ALICE');
    await slack.command('/llmgw key revoke @bob', 'U0ALICE');
    await slack.sees((each) => each.text.includes('Only operators'), 'U0ALICE');
    await slack.command('/llmgw audit --user @alice');
    const seen = await slack.sees((each) => each.text.includes('newest audit entries by or for'));
    const shown = JSON.stringify(seen.blocks);
    expect(shown).toMatch(/key rotate ci.*by command.*accepted/);
    expect(shown).toMatch(/key revoke @bob.*refused.*Only operators/);
    await slack.command('/llmgw audit --export csv');
    const direct = await slack.sees(
      (each) => each.text.includes('Audit trail'),
      'U0OLIVIA',
      'U0LLMGW',
    );
    expect(direct.files?.[0]?.name).toBe('llmgw-audit.csv');
    await slack.command('/llmgw audit', 'U0ALICE');
    await slack.sees((each) => each.text.includes('Only operators'), 'U0ALICE');
  });

  test('a channel where the bot cannot post is named at once, with a next action', async () => {
    await slack.command('/llmgw ask anybody here?', 'U0ALICE', 'C0RANDOM');
    const seen = await slack.sees(
      (each) => each.text.includes("Can't post here"),
      'U0ALICE',
      'C0RANDOM',
    );
    expect(seen.text).toContain('/invite @llmgw');
  });
});

describe('an outage behind the receiver', () => {
  let slack: TestWorkspace | undefined;
  afterEach(() => slack?.close());

  test('the first command is answered while the Web API of Slack is down', async () => {
    slack = await openWorkspace({
      faults: [
        {
          service: 'slack',
          operation: '.*',
          action: { kind: 'reset' },
          probability: 1,
          seed: 1,
        },
      ],
    });
    const result = await slack.command('/llmgw help', 'U0ALICE');
    expect(result.delivered).toBe(true);
    const seen = await slack.sees((each) => each.text.startsWith('Commands:'), 'U0ALICE');
    expect(seen.text).toContain('status');
  });

  test('the acknowledgement names Redis while Redis is down', async () => {
    slack = await openWorkspace({ redis: 'redis://127.0.0.1:1' });
    const result = await slack.command('/llmgw status', 'U0ALICE');
    expect(result.delivered).toBe(true);
    const seen = await slack.sees((each) => each.text.includes('Redis'), 'U0ALICE');
    expect(seen.text).toContain('nothing was started');
    expect(markOf(seen)).toMatch(/^llmgw\.outcome:failed:status-/);
    // Commands that need no store still work.
    await slack.command('/llmgw help', 'U0ALICE');
    await slack.sees((each) => each.text.startsWith('Commands:'), 'U0ALICE');
  });
});
