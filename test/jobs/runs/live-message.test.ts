// Run card: contents by state, one live message in Slack, and the shared edit budget.
import type { Fault } from '../../../src/kernel/errors.ts';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { JournalEvent, RunRequest } from '../../../src/engine/journal.ts';
import { connectRedis } from '../../../src/kernel/redis.ts';
import { replay } from '../../../src/engine/run-state.ts';
import type { Card } from '../../../src/engine/worker-options.ts';
import { createEditBudget } from '../../../src/slack/send/edit-budget.ts';
import { runCard } from '../../../jobs/runs/card/run-card.ts';
import { redisUrl } from '../../support/engine.ts';
import { type TestWorkspace, openWorkspace, outline } from '../../slack/open-workspace.ts';
import { spoken } from '../../../src/slack/messages/mrkdwn.ts';

const at = 1_790_000_000_000;
const request = (runId: string, channel = 'C0GATEWAY'): RunRequest => ({
  runId,
  runbook: 'provision',
  target: 'default',
  input: {},
  by: { user: 'U0OLIVIA', channel },
});
const proofs = [
  { name: 'no-key', expected: 'refused', status: 401, code: 'FailedToResolveAPIKey', ok: true },
  { name: 'wrong-key', expected: '401', status: 401, code: 'InvalidApiKey', ok: true },
  { name: 'right-key', expected: '200', status: 200, code: '', ok: true },
  { name: 'over-quota', expected: '429', status: 429, code: 'QuotaViolation', ok: true },
];

const startOf = (step: string, epoch = 1): JournalEvent => ({
  at: at + 1_000,
  type: 'step_started',
  step,
  epoch,
});
const endOf = (step: string, changed: boolean, output: object = {}): JournalEvent => ({
  at: at + 61_000,
  type: 'step_finished',
  step,
  changed,
  output: JSON.parse(JSON.stringify(output)),
});
const history = (
  runId: string,
  events: readonly JournalEvent[],
  channel?: string,
): JournalEvent[] => [{ at, type: 'run_requested', request: request(runId, channel) }, ...events];
const whole = (changed: boolean): JournalEvent[] => [
  startOf('create-cluster'),
  endOf('create-cluster', changed),
  startOf('prove-protection'),
  endOf('prove-protection', changed, { endpoint: 'http://127.1.1.1:80', streaming: true, proofs }),
  { at: at + 62_000, type: 'run_succeeded' },
];
const failure: JournalEvent[] = [
  startOf('create-cluster'),
  {
    at: at + 30_000,
    type: 'step_failed',
    step: 'create-cluster',
    fault: {
      kind: 'permanent',
      code: 'quota_exceeded',
      message: 'C2_CPUS is too low',
      next: 'Ask for 48.',
    },
  },
  { at: at + 31_000, type: 'run_failed' },
];

function stateOf(events: readonly JournalEvent[]) {
  const state = replay(events);
  if (state === undefined) throw new Error('empty journal');
  return state;
}

const shown = (events: readonly JournalEvent[]): string =>
  JSON.stringify(runCard(outline, stateOf(history('provision-default-a', events))));

describe('the run card', () => {
  test('shows the running step, the remaining steps, the time left and Cancel run', () => {
    const card = shown([
      startOf('create-cluster'),
      { at: at + 5_000, type: 'step_saw', step: 'create-cluster', seen: '2 of 3 nodes <up>' },
    ]);
    expect(card).toContain('Running: *Create cluster* · waiting since');
    expect(card).toContain('Last seen: 2 of 3 nodes &lt;up&gt;');
    expect(card).toContain('usually 4 min');
    expect(card).toContain('Remaining: 1 (Verify protection)');
    expect(card).toContain('Done: 0 of 2 · about 6 min left');
    expect(card).toContain('"Cancel run"');
    expect(card).toContain('run.cancel');
    expect(card).not.toContain('llmgw_outcome');
  });

  test.each<[Omit<Fault, 'kind' | 'message'>, string]>([
    [{ code: 'busy', details: { waitsFor: 'operation-1-a' } }, '`operation-1-a` to finish'],
    [{ code: 'busy' }, 'another operation to finish'],
    [{ code: 'unavailable', details: { away: 'cluster_api' } }, 'the cluster API'],
    [{ code: 'unavailable' }, 'the service to recover'],
    [{ code: 'rate_limited' }, 'the service to accept more requests'],
    [{ code: 'api_not_in_effect' }, 'the API to take effect'],
    [{ code: 'account_not_known_yet' }, 'the service account to propagate'],
    [{ code: 'kind_not_served' }, 'the cluster to serve the kind'],
    [{ code: 'terminating' }, 'a deletion to finish'],
  ])('names the condition that ends a fault that lasts for minutes: %j', (fault, words) => {
    const card = shown([
      startOf('create-cluster'),
      {
        at: at + 5_000,
        type: 'step_retrying',
        step: 'create-cluster',
        attempt: 6,
        phase: 'check',
        until: at + 14_000,
        fault: { kind: 'transient', message: 'Not now', untilDeadline: true, ...fault },
      },
    ]);
    expect(card).toContain(`waiting for ${words} since <!date`);
  });

  test('counts finished steps in one line and does not name them', () => {
    const card = shown([
      startOf('create-cluster'),
      endOf('create-cluster', true),
      startOf('prove-protection'),
    ]);
    expect(card).toContain('Done: 1 of 2');
    expect(card).not.toContain('Create cluster');
  });

  test('has spoken text without emoji codes and formatting marks', () => {
    for (const events of [[], [startOf('create-cluster')], whole(true), whole(false), failure]) {
      const { text } = runCard(outline, stateOf(history('provision-default-a', events)));
      expect(spoken(text)).not.toMatch(/:[a-z_]+:|[*`]/);
    }
  });

  test('shows that a run resumed after a crash', () => {
    const card = shown([
      startOf('create-cluster'),
      { at: at + 9_000, type: 'run_resumed', step: 'create-cluster', afterMs: 4_000 },
    ]);
    expect(card).toContain('resumed after 4 s');
  });

  test('of a ready gateway shows the four checks, the endpoint and the next action', () => {
    const card = shown(whole(true));
    expect(card).toContain('The gateway is ready and protected.');
    expect(card).toContain('Done: 2 of 2 · 2 changed, 0 unchanged');
    for (const words of [
      'Passed: request without a key returned 401',
      'Passed: request with an invalid key returned 401',
      'Passed: request with a valid key returned 200',
      'Passed: request over the quota returned 429',
    ]) {
      expect(card).toContain(words);
    }
    expect(card).toContain('http://127.1.1.1:80');
    expect(card).not.toContain('No changes');
  });

  test('shows that a run changed nothing', () => {
    expect(shown(whole(false))).toContain('*No changes needed.* *The gateway is ready');
  });

  test('of a failed run shows the step, the cause, the next action and Retry', () => {
    const card = shown(failure);
    expect(card).toContain('Failed: *Create cluster* · after 29 s');
    expect(card).toContain('C2_CPUS is too low.');
    expect(card).toContain('Ask for 48.');
    expect(card).toContain('run.retry');
  });
});

describe('in Slack', () => {
  let slack: TestWorkspace;
  beforeAll(async () => {
    slack = await openWorkspace();
  });
  afterAll(() => slack.close());

  /** The stored position of a card, as the engine's contract requires. */
  function createCard(): Card & { ts: string | undefined; posting: boolean } {
    const card: Card & { ts: string | undefined; posting: boolean } = {
      ts: undefined,
      posting: false,
      beginPost: async () => void (card.posting = true),
      save: async (ts) => void Object.assign(card, { ts, posting: false }),
    };
    return card;
  }
  const render = async (card: Card, events: readonly JournalEvent[]): Promise<void> => {
    const state = stateOf(events);
    const { runId } = state.request;
    const view = { runId, state, events, card, signal: new AbortController().signal };
    await expect
      .poll(
        () =>
          slack.slackNotifier.renderCard(view).then(
            () => true,
            () => false,
          ),
        { timeout: 10_000 },
      )
      .toBe(true);
  };
  const cards = async (runId: string) =>
    (await slack.screen()).messages.filter((each) => each.metadata?.event_payload['job'] === runId);

  test('a run has one message from the first state to the last, with the outcome in its metadata', async () => {
    const card = createCard();
    const runId = 'provision-default-one';
    await render(card, history(runId, [startOf('create-cluster')]));
    expect((await cards(runId)).map(({ metadata }) => metadata?.event_type)).toEqual([
      'llmgw_accepted',
    ]);
    await render(card, history(runId, whole(true)));
    await render(card, history(runId, whole(true)));
    const all = await cards(runId);
    expect(all.map(({ metadata }) => metadata)).toEqual([
      { event_type: 'llmgw_outcome', event_payload: { status: 'ok', job: runId } },
    ]);
    expect(all[0]?.ts).toBe(card.ts);
    const thread = (await slack.screen()).messages.filter((each) => each.threadTs === card.ts);
    expect(thread.map(({ text }) => text)).toEqual([
      expect.stringContaining('Protection verified: request without a key returned 401'),
    ]);
  });

  test.each(['token_expired', 'missing_scope'])(
    'the card and its notes wait while Slack answers %s, and show the end once the app is fixed',
    async (refusal) => {
      const card = createCard();
      const runId = `provision-${refusal.replace('_', '-')}`;
      await render(card, history(runId, [startOf('create-cluster')]));
      const events = history(runId, failure);
      const state = stateOf(events);
      const view = { runId, state, events, card, signal: new AbortController().signal };
      const body = JSON.stringify({ ok: false, error: refusal });
      const action = { kind: 'status', status: 200, body, headers: {} } as const;
      const waits = {
        fault: { kind: 'transient', retryAfterMs: expect.any(Number) },
      };
      slack.fault({ operation: 'chat.update', action });
      await expect
        .poll(() => slack.slackNotifier.renderCard(view).catch((error: unknown) => error))
        .toMatchObject({ fault: { ...waits.fault, code: expect.stringMatching(/^slack_/) } });
      slack.clearFaults();
      slack.fault({ operation: 'chat.postMessage', action });
      await expect
        .poll(() => slack.slackNotifier.renderCard(view).catch((error: unknown) => error))
        .toMatchObject({ fault: { ...waits.fault, code: expect.stringMatching(/^slack_/) } });
      slack.clearFaults();
      await render(card, events);
      expect((await cards(runId)).map(({ metadata }) => metadata?.event_type)).toEqual([
        'llmgw_outcome',
      ]);
      const thread = (await slack.screen()).messages.filter((each) => each.threadTs === card.ts);
      expect(thread.map(({ text }) => text)).toEqual([expect.stringContaining('C2_CPUS')]);
    },
  );

  test('a failure is posted once in the thread, and a retry continues the same card', async () => {
    const card = createCard();
    const runId = 'provision-default-two';
    const failed = history(runId, failure);
    await render(card, failed);
    await render(card, failed);
    const thread = (await slack.screen()).messages.filter((each) => each.threadTs === card.ts);
    expect(thread.map(({ text }) => text)).toEqual([expect.stringContaining('C2_CPUS')]);
    await render(card, [
      ...failed,
      { at: at + 90_000, type: 'run_retried', by: request(runId).by, requestId: 'again' },
      { ...startOf('create-cluster', 2), at: at + 91_000 },
    ]);
    const all = await cards(runId);
    expect(all.map(({ metadata }) => metadata?.event_type)).toEqual(['llmgw_accepted']);
  });

  test('the card goes to its starter in direct messages when the bot is not a member', async () => {
    const runId = 'provision-default-three';
    const card = createCard();
    await render(card, history(runId, [startOf('create-cluster')], 'C0RANDOM'));
    const [message] = await cards(runId);
    const { channels } = await slack.screen();
    expect(channels.find(({ id }) => id === message?.channel)?.kind).toBe('im');
    // An edit reaches it there.
    await render(card, history(runId, whole(true), 'C0RANDOM'));
    expect((await cards(runId)).map(({ metadata }) => metadata?.event_type)).toEqual([
      'llmgw_outcome',
    ]);
  });

  test('a removed card is posted again', async () => {
    const runId = 'provision-default-four';
    const card = createCard();
    slack.fault({
      operation: 'chat.update',
      action: {
        kind: 'status',
        status: 200,
        body: '{"ok":false,"error":"message_not_found"}',
        headers: {},
      },
      times: 1,
    });
    await render(card, history(runId, [startOf('create-cluster')]));
    const first = card.ts;
    await render(card, history(runId, whole(true)));
    expect(card.ts).not.toBe(first);
  });
});

describe('the edit budget', () => {
  const redis = connectRedis(redisUrl());
  afterAll(() => redis.disconnect());

  test('a message gets one edit per second, and a refusal names the next time', async () => {
    const budget = createEditBudget(redis, `test-${Math.random()}`, 1);
    expect(await budget.admit('progress', '1.1')).toBe(0);
    const wait = await budget.admit('final', '1.1');
    expect(wait).toBeGreaterThan(0);
    expect(wait).toBeLessThanOrEqual(1_000);
    expect(await budget.admit('progress', '1.2')).toBe(0);
  });

  test('all processes share fifty edits per minute, some of them reserved for outcomes', async () => {
    const prefix = `test-${Math.random()}`;
    const two = [createEditBudget(redis, prefix, 1), createEditBudget(redis, prefix, 1)];
    const admitted = { progress: 0, final: 0 };
    for (let message = 0; message < 80; message += 1) {
      const budget = two[message % 2];
      if ((await budget?.admit('progress', `p${message}`)) === 0) admitted.progress += 1;
    }
    for (let message = 0; message < 80; message += 1) {
      const budget = two[message % 2];
      if ((await budget?.admit('final', `f${message}`)) === 0) admitted.final += 1;
    }
    expect(admitted.progress).toBeLessThanOrEqual(40);
    expect(admitted.progress + admitted.final).toBe(48);
  });

  test('ten times as many edits are admitted when Slack grants ten times its limits', async () => {
    const budget = createEditBudget(redis, `test-${Math.random()}`, 10);
    const waits = await Promise.all(
      Array.from({ length: 490 }, (_, message) => budget.admit('final', `f${message}`)),
    );
    expect(waits.filter((wait) => wait === 0)).toHaveLength(480);
  });

  test('a pause that Slack requests applies to all processes', async () => {
    const prefix = `test-${Math.random()}`;
    await createEditBudget(redis, prefix, 1).pause(30_000);
    expect(await createEditBudget(redis, prefix, 1).admit('final', '1.1')).toBeGreaterThan(25_000);
  });
});
