// The outbox: outcomes and replies are stored first and posted once.
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { settleJob } from '../../jobs/settle-job.ts';

import { type CapabilityContext, jobs } from '../../jobs/index.ts';
import { createExclusive } from '../../src/kernel/exclusive.ts';
import { fail, toFault } from '../../src/kernel/errors.ts';
import type { JobEnd } from '../../src/job/job.ts';
import { type Outbox, createOutbox } from '../../src/slack/outbox/outbox.ts';
import { outboxWorker } from '../../src/slack/outbox/tell-entries.ts';
import { quiet } from '../support/engine.ts';
import { openRedis } from '../support/redis-server.ts';
import { type TestWorkspace, markOf, openWorkspace } from './open-workspace.ts';
import { commandBody, signed } from './signed-command.ts';

let slack: TestWorkspace;
let outbox: Outbox;
beforeAll(async () => {
  slack = await openWorkspace();
  outbox = createOutbox({ ...slack, ...slack.slackNotifier });
});
afterEach(() => slack.clearFaults());
afterAll(() => slack?.close());

const by = { user: 'U0ALICE', channel: 'C0GATEWAY' };
const away = { kind: 'status', status: 503, headers: {} } as const;
const fault = { kind: 'refused', code: 'no_gateway', message: 'There is no gateway.' } as const;
const payloadFor = (id: string) => ({ gateway: 'default', to: { ...by, job: id } });

/** One worker's attempt at the job; the work reports the fault. */
function settle(id: string, work: (notifier: CapabilityContext['notifier']) => Promise<JobEnd>) {
  const { notifier, showKey } = slack.slackNotifier;
  const exclusive = createExclusive(slack.redis, slack.prefix);
  const given = { id, payload: payloadFor(id), by, isLastAttempt: true };
  return settleJob(
    { outbox, exclusive, notifier, showKey, log: quiet },
    jobs.status,
    given,
    1,
    work,
  );
}

const refusing =
  (counted: { count: number }, id: string) =>
  async (notifier: CapabilityContext['notifier']): Promise<JobEnd> => {
    counted.count += 1;
    await notifier.fail({ ...by, job: id }, fault);
    return { status: 'refused', code: 'no_gateway' };
  };

const entryOf = (id: string): string => `status-${id}-1`;

/** One attempt of a worker to post the entry. */
async function tell(entry: string): Promise<void> {
  const { tellers, memory, notifier } = slack.slackNotifier;
  const worker = outboxWorker({ tellers, fail: notifier.fail, memory, log: quiet });
  const payload = await slack.queues.payload('outbox', entry);
  const given = { id: entry, payload, by, isLastAttempt: false };
  await worker.run(given, new AbortController().signal, 1);
}

const outcomes = async (job: string) =>
  (await slack.screen('U0ALICE', 'C0GATEWAY')).messages.filter(
    (each) => markOf(each) === `llmgw.outcome:refused:${job}`,
  );

test('work with a stored outcome is not repeated, and several workers post it once', async () => {
  const counted = { count: 0 };
  const first = await settle('outcome-one', refusing(counted, 'outcome-one'));
  expect(await outcomes('outcome-one')).toHaveLength(0);
  expect(await settle('outcome-one', refusing(counted, 'outcome-one'))).toEqual(first);
  expect(counted.count).toBe(1);
  const entry = entryOf('outcome-one');
  await Promise.all([tell(entry), tell(entry), tell(entry)]);
  expect(await outcomes('outcome-one')).toHaveLength(1);
});

test('one outcome is posted when two copies of a job end at the same time', async () => {
  const counted = { count: 0 };
  const work = refusing(counted, 'outcome-two');
  await Promise.all([settle('outcome-two', work), settle('outcome-two', work)]);
  await tell(entryOf('outcome-two'));
  expect(await outcomes('outcome-two')).toHaveLength(1);
});

test('a refused outcome is a transient fault, is posted later and repeats no work', async () => {
  const counted = { count: 0 };
  await settle('outcome-three', refusing(counted, 'outcome-three'));
  slack.fault({ operation: 'chat.postEphemeral', action: away });
  const entry = entryOf('outcome-three');
  for (let tries = 0; tries < 2; tries += 1) {
    const error: unknown = await tell(entry).then(
      () => 'told',
      (thrown: unknown) => thrown,
    );
    expect(toFault(error)).toMatchObject({ kind: 'transient', code: 'unavailable' });
  }
  slack.clearFaults();
  await tell(entry);
  expect(await outcomes('outcome-three')).toHaveLength(1);
  expect(counted.count).toBe(1);
});

test('a job with an unreadable payload fails with a message to the requester', async () => {
  await settle('outcome-four', () =>
    Promise.reject(fail('bug', 'bad_payload', 'The job has a payload it cannot read.')),
  );
  await tell(entryOf('outcome-four'));
  const seen = (await slack.screen('U0ALICE', 'C0GATEWAY')).messages;
  expect(seen.filter((each) => markOf(each) === 'llmgw.outcome:failed:outcome-four')).toHaveLength(
    1,
  );
});

test('a reveal that no modal can show is stored with the key masked', async () => {
  const consumerKey = 'issued-key-of-the-outbox-test';
  const reveal = {
    gateway: 'default',
    app: 'alice',
    consumerKey,
    endpoint: undefined,
    model: 'a-model',
    quota: '5 requests per minute',
    issuedAt: undefined,
    expiresAt: undefined,
    isNew: true,
  };
  await settle('outcome-five', async (notifier) => {
    await notifier.revealKey({ ...by, job: 'outcome-five' }, reveal);
    return { status: 'ok' };
  });
  const stored = JSON.stringify(await slack.queues.payload('outbox', entryOf('outcome-five')));
  expect(stored).toContain('announceKey');
  expect(stored).not.toContain(consumerKey);
  await tell(entryOf('outcome-five'));
  await slack.sees((each) => each.text.includes('•••test'), 'U0ALICE');
});

test('a repeated delivery gets the mark of the first reply, with the same run id', async () => {
  const body = commandBody({
    text: 'provision --yes',
    trigger_id: 'trigger.again',
    user_id: 'U0OLIVIA',
  });
  const send = async (): Promise<string> =>
    (await fetch(`${slack.botUrl}/slack/commands`, signed(body))).text();
  const marks = [await send(), await send()].map(
    (answer) => /llmgw\.accepted:[a-z0-9-]+/.exec(answer)?.[0],
  );
  expect(marks[0]).toMatch(/^llmgw\.accepted:provision-default-/);
  expect(marks[1]).toBe(marks[0]);
});

test('simultaneous deliveries of one command name the same run', async () => {
  const body = commandBody({
    text: 'provision --yes',
    trigger_id: 'trigger.at-once',
    user_id: 'U0OLIVIA',
  });
  const send = async (): Promise<string> =>
    (await fetch(`${slack.botUrl}/slack/commands`, signed(body))).text();
  const marks = (await Promise.all([send(), send(), send()])).map(
    (answer) => /llmgw\.accepted:[a-z0-9-]+/.exec(answer)?.[0],
  );
  expect(marks[0]).toMatch(/^llmgw\.accepted:provision-default-/);
  expect(new Set(marks).size).toBe(1);
});

test('a refused answer to a mention is stored in the outbox and posted once', async () => {
  slack.fault({ operation: 'chat.postMessage', action: away });
  const ts = await slack.message('@llmgw help', 'U0ALICE');
  const waiting = async () => JSON.stringify(await slack.payloads('outbox'));
  await expect.poll(waiting).toContain(ts);
  slack.clearFaults();
  const replies = async () =>
    (await slack.screen('U0ALICE', 'C0GATEWAY')).messages.filter(
      ({ threadTs, from }) => from.isBot && threadTs === ts,
    );
  expect(await replies()).toHaveLength(0);
  const [entry] = (await slack.redis.keys(`${slack.prefix}:queue:job-outbox:reply-*`))
    .map((key) => key.split(':').at(-1) ?? '')
    .filter((id) => id.startsWith('reply-'));
  await Promise.all([tell(entry ?? ''), tell(entry ?? '')]);
  expect(await replies()).toHaveLength(1);
});

test('a mention is acked after its answer while the store is down, so Slack retries', async () => {
  const own = await openRedis();
  const workspace = await openWorkspace({ redis: own.url });
  try {
    await own.kill();
    workspace.fault({ operation: 'chat.postMessage', action: away, times: 1 });
    const ts = await workspace.message('@llmgw help', 'U0ALICE');
    await workspace.sees(({ threadTs, from }) => from.isBot && threadTs === ts, 'U0ALICE');
  } finally {
    await workspace.close();
    await own.stop();
  }
});

test('a worker does not post a reply that is stored while it is being posted', async () => {
  const own = await openRedis();
  const workspace = await openWorkspace({ redis: own.url });
  try {
    const { redis, prefix, queues, slackNotifier } = workspace;
    const { tellers, memory, notifier } = slackNotifier;
    const box = createOutbox({ ...workspace, ...slackNotifier });
    const message = { text: 'Hello', blocks: [] };
    const [begun, held] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
    own.pause();
    const words = { what: 'reply', args: [by, 'everybody', message] };
    const preparing = box.prepare('reply-held', words, () => {
      begun.resolve();
      return held.promise;
    });
    await begun.promise;
    own.resume();
    const claimed = () => redis.exists(`${prefix}:slack:told:reply-held:0`).catch(() => 0);
    await expect.poll(claimed).toBe(1);
    const payload = await queues.payload('outbox', 'reply-held');
    const worker = outboxWorker({ tellers, fail: notifier.fail, memory, log: quiet });
    const given = { id: 'reply-held', payload, by, isLastAttempt: false };
    const working = worker.run(given, new AbortController().signal, 1);
    held.resolve();
    await Promise.all([working, preparing]);
    await expect.poll(() => queues.has('outbox', 'reply-held')).toBe(false);
    const { messages } = await workspace.screen('U0ALICE');
    expect(messages.filter(({ from }) => from.isBot)).toEqual([]);
  } finally {
    own.resume();
    await workspace.close();
    await own.stop();
  }
});

test('a mention read late by a frozen process waits for a retry in a store outage', async () => {
  const own = await openRedis();
  const workspace = await openWorkspace({ redis: own.url });
  const ts = '1700000000.000200';
  const deliver = async (secondsOff: number, retry: number): Promise<number> => {
    const now = Math.floor(Date.now() / 1000);
    const event = {
      type: 'app_mention',
      user: 'U0ALICE',
      channel: 'C0GATEWAY',
      text: '<@U0LLMGW> help',
      ts: `${now}.000200`,
      event_ts: `${now}.000200`,
    };
    const body = JSON.stringify({
      type: 'event_callback',
      team_id: 'T0SANDBOX',
      api_app_id: 'A0LLMGW',
      event_id: `Ev${ts}`,
      event_time: now + secondsOff,
      event,
    });
    const request = signed(body, secondsOff);
    const headers = {
      ...request.headers,
      'content-type': 'application/json',
      'x-slack-retry-num': String(retry),
    };
    return (await fetch(`${workspace.botUrl}/slack/events`, { ...request, headers })).status;
  };
  const answers = async () =>
    (await workspace.screen('U0ALICE')).messages.filter(({ from }) => from.isBot);
  try {
    await own.kill();
    for (const retry of [0, 1, 2]) expect(await deliver(-10, retry)).toBe(500);
    expect(await answers()).toEqual([]);
    // The last attempt is answered, as no other follows; so is an attempt on time.
    expect(await deliver(-10, 3)).toBe(200);
    expect(await answers()).toHaveLength(1);
    expect(await deliver(0, 0)).toBe(200);
    expect(await answers()).toHaveLength(2);
  } finally {
    await workspace.close();
    await own.stop();
  }
});

test('the outbox retries the end of a session and keeps one of a newer question', async () => {
  const { memory, tellers } = slack.slackNotifier;
  const thread = { channel: 'C0GATEWAY', ts: '1700000000.000100' };
  const end = tellers['endSession'] as ((job: string) => Promise<void>) | undefined;
  await memory.saveSession(thread, 'ask-session');
  slack.fault({ operation: 'agents.sessions.setStatus', action: away });
  await expect(end?.('ask-session')).rejects.toMatchObject({ fault: { kind: 'transient' } });
  expect(await memory.session(thread)).toBe('ask-session');
  slack.clearFaults();
  await end?.('ask-session');
  expect(await memory.session(thread)).toBeUndefined();
  await memory.saveSession(thread, 'ask-older');
  await memory.saveSession(thread, 'ask-newer');
  await end?.('ask-older');
  expect(await memory.session(thread)).toBe('ask-newer');
});

test('an ask ends its session, and one job at a time changes the keys of a person', async () => {
  const asked = { gateway: 'default', prompt: 'ask-1', to: { ...by, job: 'ask-1' } };
  expect(jobs.ask.endOf(asked)?.tellings).toEqual([{ what: 'endSession', args: ['ask-1'] }]);
  const exclusive = createExclusive(slack.redis, slack.prefix);
  const key = (action: 'issue' | 'rotate', job: string) => ({
    gateway: 'default',
    action,
    to: { ...by, job },
  });
  const name = jobs.key.excluded(key('issue', 'key-1')) ?? expect.fail('not exclusive');
  expect(jobs.key.excluded(key('rotate', 'key-2'))).toBe(name);
  const held = Promise.withResolvers<void>();
  const first = exclusive.run(name, 'key-1', () => held.promise);
  await expect(exclusive.run(name, 'key-2', async () => 'done')).rejects.toMatchObject({
    fault: { code: 'not_yet' },
  });
  // The same job, started by another worker after a crash.
  await exclusive.run(name, 'key-1', async () => 'done');
  held.resolve();
  await first;
  expect(await exclusive.run(name, 'key-2', async () => 'done')).toBe('done');
});
