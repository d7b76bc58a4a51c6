// Lost channels: the outcome of a job reaches its starter in direct messages.
import { wholeAnswer } from '../../slack/whole-answer.ts';
import type { FaultCode } from '../../../src/kernel/fault-codes.ts';
import type { Addressee } from '../../../src/job/addressee.ts';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { Notice, NoticeEvent } from '../../../jobs/health/watch/notices.ts';
import { watch } from '../../../jobs/health/watch/watch.ts';
import type { WatchContext } from '../../../jobs/health/watch/context.ts';
import type { WatchMemory } from '../../../jobs/health/watch/memory.ts';
import { fail } from '../../../src/kernel/errors.ts';
import type { JournalEvent } from '../../../src/engine/journal.ts';
import { replay } from '../../../src/engine/run-state.ts';
import type { Card } from '../../../src/engine/worker-options.ts';
import { quiet } from '../../support/engine.ts';
import { openWorkspace, type TestWorkspace } from '../../slack/open-workspace.ts';

let slack: TestWorkspace;
beforeAll(async () => {
  slack = await openWorkspace({ limits: '1000' });
});
afterAll(() => slack.close());

/** One channel per test, with people and the bot as members. */
let channel = '';
let opened = 0;
beforeEach(async () => {
  opened += 1;
  const answer = await slack.post('channels', {
    name: `team-${opened}`,
    members: ['olivia', 'alice', 'bob', 'llmgw'],
  });
  channel = (answer as { channel: { id: string } }).channel.id;
});

const archive = () => slack.post('archive', { channel });
const removeBot = () => slack.post('membership', { channel, person: 'llmgw', member: false });
const refuseEdits = (error: string) => async (): Promise<void> => {
  const body = JSON.stringify({ ok: false, error });
  const action = { kind: 'status', status: 200, body, headers: {} } as const;
  await fetch(`${slack.sandboxUrl}/_sandbox/slack/reset-rate-limits`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
  });
  slack.fault({ operation: '^chat.update$', action });
};

const losses = [
  ['the channel is archived', archive],
  ['the bot is removed from the channel', removeBot],
  ['Slack answers edit_window_closed', refuseEdits('edit_window_closed')],
  ['Slack answers cant_update_message', refuseEdits('cant_update_message')],
  ['Slack answers message_not_found to every edit', refuseEdits('message_not_found')],
  ['Slack answers channel_not_found', refuseEdits('channel_not_found')],
  ['Slack answers restricted_action', refuseEdits('restricted_action')],
  ['Slack answers no_permission', refuseEdits('no_permission')],
] as const;

const inDirect = async (words: string, as = 'U0OLIVIA') =>
  (await slack.screen(as)).messages.filter(
    (each) => each.channel.startsWith('D') && JSON.stringify(each).includes(words),
  );

describe('a run', () => {
  const at = 1_790_000_000_000;
  const journal = (runId: string, more: readonly JournalEvent[]): JournalEvent[] => [
    {
      at,
      type: 'run_requested',
      request: {
        runId,
        runbook: 'provision',
        target: 'default',
        input: {},
        by: { user: 'U0OLIVIA', channel },
      },
    },
    ...more,
  ];
  const begun: JournalEvent = { at, type: 'step_started', step: 'create-cluster', epoch: 1 };
  const failed: JournalEvent[] = [
    begun,
    {
      at: at + 1_000,
      type: 'step_failed',
      step: 'create-cluster',
      fault: { kind: 'permanent', code: 'quota_exceeded', message: 'C2_CPUS is too low.' },
    },
    { at: at + 2_000, type: 'run_failed' },
  ];

  const createCard = (): Card & { ts: string | undefined } => {
    const card = {
      ts: undefined as string | undefined,
      posting: false,
      beginPost: async () => void (card.posting = true),
      save: async (ts: string) => void Object.assign(card, { ts, posting: false }),
    };
    return card;
  };
  /** Like the card job: deferred work runs later. */
  const render = async (card: Card, events: readonly JournalEvent[]): Promise<void> => {
    const state = replay(events) ?? expect.fail('empty journal');
    const { runId } = state.request;
    const view = { runId, state, events, card, signal: new AbortController().signal };
    const shown = () =>
      slack.slackNotifier.renderCard(view).then(
        () => 'shown',
        () => 'later',
      );
    await expect.poll(shown, { timeout: 10_000 }).toBe('shown');
  };

  test.each(losses)('sends its outcome in direct messages, once, when %s', async (_what, lose) => {
    const runId = `provision-lost-${opened}`;
    const card = createCard();
    await render(card, journal(runId, [begun]));
    await lose();
    const more: JournalEvent = { at, type: 'step_saw', step: 'create-cluster', seen: 'half' };
    await render(card, journal(runId, [begun, more]));
    await render(card, journal(runId, failed));
    const ends = async () => (await inDirect(runId)).filter((each) => each.metadata !== undefined);
    const end = { event_type: 'llmgw_outcome', event_payload: { status: 'failed', job: runId } };
    expect((await ends()).map(({ metadata }) => metadata)).toEqual([end]);
    // The queue redelivers it after a crash.
    await render(card, journal(runId, failed));
    await render(createCard(), journal(runId, failed));
    expect(await ends()).toHaveLength(1);
    expect(JSON.stringify(await ends())).toContain('C2_CPUS');
    slack.clearFaults();
  });

  test('sends its outcome in direct messages when Slack refuses the edit with an unknown code', async () => {
    const runId = `provision-refused-${opened}`;
    const card = createCard();
    await render(card, journal(runId, [begun]));
    await refuseEdits('a_code_of_next_year')();
    await render(card, journal(runId, failed));
    await render(card, journal(runId, failed));
    slack.clearFaults();
    const ends = (await inDirect(runId)).filter((each) => each.metadata !== undefined);
    expect(ends.map(({ metadata }) => metadata?.event_payload['status'])).toEqual(['failed']);
  });

  test('reports a failed step in direct messages when it failed after the channel was lost', async () => {
    const runId = `provision-step-${opened}`;
    const card = createCard();
    await render(card, journal(runId, [begun]));
    await archive();
    await render(card, journal(runId, failed.slice(0, 2)));
    await render(card, journal(runId, failed));
    const [end] = (await inDirect(runId)).filter((each) => each.metadata !== undefined);
    const notes = (await inDirect('C2_CPUS')).filter(({ threadTs }) => threadTs === end?.ts);
    expect(notes).toHaveLength(1);
  });
});

describe('an answer', () => {
  const answer = wholeAnswer('All of the answer.');
  const to = (job: string): Addressee => ({ user: 'U0ALICE', channel, job });
  const ways = [
    ['streamed', true],
    ['edited', false],
  ] as const;

  test.each(
    ways.flatMap(([way, streams]) =>
      [losses[0], losses[1]].map(([what, lose]) => [way, what, streams, lose] as const),
    ),
  )('that is %s goes to direct messages when %s', async (way, _what, streams, lose) => {
    const job = `ask-lost-${way}-${opened}`;
    const body = '{"ok":false,"error":"feature_not_enabled"}';
    const action = { kind: 'status', status: 200, body, headers: {} } as const;
    if (!streams) slack.fault({ operation: 'chat.startStream', action, times: 1 });
    const asked = { prompt: 'Why?', isPrivate: false, streams: true };
    const message = await slack.slackNotifier.notifier.openAnswer(to(job), asked);
    message.grow('All of');
    await slack.sees((each) => JSON.stringify(each).includes('All of'), 'U0BOB', channel);
    await lose();
    await message.finish(answer);
    const all = await inDirect(job, 'U0ALICE');
    expect(all.map(({ metadata }) => metadata?.event_payload['status'])).toEqual(['ok']);
    expect(JSON.stringify(all)).toContain('All of the answer.');
  });

  test.each([losses[0], losses[1]])(
    'that fails is reported in direct messages when %s',
    async (_what, lose) => {
      const job = `ask-lost-fault-${opened}`;
      const asked = { prompt: 'Why?', isPrivate: false, streams: false };
      await slack.slackNotifier.notifier.openAnswer(to(job), asked);
      await lose();
      const { fault } = fail('permanent', 'denied', 'The gateway does not let me in.');
      await slack.slackNotifier.notifier.fail(to(job), fault);
      expect(await inDirect('does not let me in', 'U0ALICE')).not.toEqual([]);
    },
  );
});

describe('a job with a short answer', () => {
  test.each([losses[0], losses[1]])('answers in direct messages when %s', async (_what, lose) => {
    const threadTs = await slack.message('@llmgw status', 'U0ALICE', channel);
    await lose();
    const job = `status-lost-${opened}`;
    const { fault } = fail('permanent', 'denied', `Not for ${job}.`);
    await slack.slackNotifier.notifier.fail({ user: 'U0ALICE', channel, threadTs, job }, fault);
    await slack.slackNotifier.notifier.fail(
      { user: 'U0ALICE', channel, job: `${job}-slash` },
      fault,
    );
    expect(await inDirect(`Not for ${job}`, 'U0ALICE')).toHaveLength(2);
  });
});

describe('a notice', () => {
  const notice: Notice = {
    id: 'n-1',
    gateway: 'default',
    at: 1,
    event: 'failed',
    run: 'r',
    runbook: 'provision',
  };

  test('for a lost channel goes to a person, with the reason', async () => {
    await slack.slackNotifier.tellInstead('U0OLIVIA', channel, { ...notice, id: `n-${opened}` });
    const [told] = await inDirect(`n-${opened}`);
    expect(JSON.stringify(told)).toContain(`I can't post in <#${channel}> any more`);
  });

  const watching = (code: FaultCode) => {
    const told: string[] = [];
    const subscriptions: Record<string, NoticeEvent[]> = { C0LOST: ['failed'] };
    let memory: WatchMemory | undefined = { isUp: false, seenUntil: 0, notices: [] };
    const context: WatchContext = {
      gateways: ['default'],
      observe: async () => expect.fail('not looked at'),
      activeRun: async () => ({ run: 'other', runbook: 'provision' }),
      endedRuns: async () => [
        {
          id: 'r',
          runbook: 'provision',
          status: 'failed',
          at: 5,
          by: { user: 'U0ALICE', channel: 'C0X' },
          leaseMs: undefined,
        },
      ],
      teardownNeedsApprover: false,
      whyNotToEnd: async () => undefined,
      wasStarted: async () => false,
      startTeardown: async () => undefined,
      memory: async () => memory,
      saveMemory: async (_gateway, saved) => void (memory = saved),
      leases: { read: async () => undefined, replace: async () => true },
      subscriptions: async () => subscriptions,
      subscriber: async () => 'U0OLIVIA',
      unsubscribe: async (lost) => void delete subscriptions[lost],
      tell: async () => {
        throw fail(code === 'unavailable' ? 'transient' : 'refused', code, 'no');
      },
      tellInstead: async (user, lost) => void told.push(`${user} ${lost}`),
      homesAreWatched: async () => false,
      refreshHomes: async () => undefined,
      now: () => 10,
      log: quiet,
      signal: new AbortController().signal,
    };
    return { context, told, subscriptions };
  };

  test('for an unreachable channel ends the subscription and goes to the subscriber, once', async () => {
    const { context, told, subscriptions } = watching('not_in_channel');
    await watch(context);
    await watch(context);
    expect(told).toEqual(['U0OLIVIA C0LOST']);
    expect(subscriptions).toEqual({});
  });

  test('that Slack cannot accept now waits for the next observation', async () => {
    const { context, told, subscriptions } = watching('unavailable');
    await watch(context);
    expect(told).toEqual([]);
    expect(Object.keys(subscriptions)).toEqual(['C0LOST']);
  });
});

describe("Slack's own commands", () => {
  test('archive a channel and remove the bot from it', async () => {
    await slack.command('/remove @llmgw', 'U0OLIVIA', channel);
    const world = async () =>
      (await slack.post('archive', { channel, archived: false })) as { ok: boolean };
    expect((await world()).ok).toBe(true);
    await slack.command('/invite @llmgw', 'U0OLIVIA', channel);
    await slack.command('/archive', 'U0OLIVIA', channel);
    const typed = slack.message('hello', 'U0OLIVIA', channel);
    await expect(typed).rejects.toThrow('is_archived');
  });
});
