// Age of messages for each optional timestamp of Slack, over HTTP and Socket Mode.
import { quiet } from '../support/engine.ts';
import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { isOld, messageAge } from '../../src/slack/receive/message-age.ts';
import { readSpoken } from '../../src/slack/receive/spoken.ts';
import { createSlackMemory } from '../../src/slack/send/slack-memory.ts';
import { type TestWorkspace, openWorkspace } from './open-workspace.ts';
import { signed } from './signed-command.ts';

const now = 1_790_000_000;
const hours = 4 * 3_600;
const ts = `${now - hours}.500000`;
const late = `${now}.500000`;
/** Timestamps that each date the delivery of the four-hour-old message to now. */
const signs = {
  editedTs: { stamps: { editedTs: late } },
  eventTs: { stamps: { eventTs: late } },
  outerTs: { stamps: { outerTs: late } },
  eventTime: { receipt: { eventTime: now } },
  receivedAt: { receipt: { receivedAt: now } },
};
type Sign = keyof typeof signs;
const names = Object.keys(signs) as Sign[];
const subsets = Array.from({ length: 2 ** names.length }, (_, mask) =>
  names.filter((_name, index) => (mask & (2 ** index)) !== 0),
);
const together = (given: readonly Sign[], field: 'stamps' | 'receipt'): object =>
  Object.assign({}, ...given.map((name) => ({ ...signs[name] })[field as never] ?? {}));

describe.each([0, 1, 2, 3, 24, undefined, Number.NaN])('at retry %s', (retryNum) => {
  test.each(subsets)('an old message is old with any of %s %s %s %s %s', (...given) => {
    const told = given.filter((name) => name !== undefined);
    // A missing timestamp has no effect, nor has the receipt, which always exists.
    const receipt = { receivedAt: now - hours, ...together(told, 'receipt'), retryNum };
    const age = messageAge({ ts, ...together(told, 'stamps') }, receipt);
    expect(isOld({ age })).toBe(told.length > 0);
  });

  test.each(subsets)('a new message is new with any of %s %s %s %s %s', (...given) => {
    const told = given.filter((name) => name !== undefined);
    const receipt = { receivedAt: now, ...together(told, 'receipt'), retryNum };
    const age = messageAge({ ts: `${now - 60}.000100`, ...together(told, 'stamps') }, receipt);
    expect(isOld({ age })).toBe(false);
  });
});

test.each([
  ['the first retry', 1, 5],
  ['the second retry', 2, 65],
  ['the third retry', 3, 370],
  ['an edit of four minutes and the third retry', 3, 240 + 370],
])('%s does not make a message old', (_case, retryNum, secondsLater) => {
  const receipt = { receivedAt: now + secondsLater, eventTime: now, retryNum };
  expect(isOld({ age: messageAge({ ts: `${now}.000100` }, receipt) })).toBe(false);
});

test.each([null, '', 'soon', '1790000000000', Number.NaN, {}, [late]])(
  'a timestamp of %j is ignored',
  (stamp) => {
    const stamps = { editedTs: stamp, eventTs: stamp, outerTs: stamp };
    const receipt = { receivedAt: now, eventTime: stamp };
    expect(messageAge({ ts: `${now}`, ...stamps }, receipt)).toBe(0);
  },
);

test('a message without a timestamp is old', () => {
  expect(isOld({ age: messageAge({ ts: 'x' }, { receivedAt: now }) })).toBe(true);
});

test('a changed message is dated by the event around it', () => {
  const edited = { user: 'U1', ts: `${now - hours + 60}.500000` };
  const message = { type: 'message', user: 'U1', ts, text: 'ask Old?', edited };
  const outer = { type: 'message', subtype: 'message_changed', channel: 'D1', channel_type: 'im' };
  const receipt = { receivedAt: now - hours };
  const said = readSpoken({ ...outer, ts: late, message }, receipt);
  expect(said).toMatchObject({ isEdited: true, age: hours });
  expect(readSpoken({ ...outer, message }, receipt)).toMatchObject({ age: 60 });
});

describe.each(['http', 'socket'] as const)('delivery over %s', (mode) => {
  let slack: TestWorkspace;
  beforeAll(async () => {
    slack = await openWorkspace({ mode });
    await vi.waitFor(async () => {
      expect(await slack.command('/llmgw help')).toMatchObject({ delivered: true });
    });
  });
  afterAll(() => slack.close());

  test.each([
    ['C0GATEWAY', '@llmgw'],
    ['U0LLMGW', ''],
  ])('a message to %s that Slack delivers hours late starts no job', async (channel, start) => {
    const text = `${start} key --app held`;
    await slack.post('message', { as: 'U0OLIVIA', channel, text, hoursAgo: 4 });
    const told = await slack.sees(
      (each) => each.text.includes('so nothing was started'),
      'U0OLIVIA',
      channel,
    );
    expect(told.text).toContain('4 h late');
    expect(await slack.payloads('key')).toEqual([]);
  });

  test('a correction of a message that is hours old starts no job', async () => {
    const old = { as: 'U0OLIVIA', channel: 'U0LLMGW', text: 'help', hoursAgo: 4 };
    const { ts: at } = (await slack.post('message', old)) as { ts: string };
    await slack.post('edit', { as: 'U0OLIVIA', ts: at, text: 'key --app corrected' });
    const next = await slack.message('help', 'U0OLIVIA', 'U0LLMGW');
    await slack.sees((each) => each.from.isBot && each.threadTs === next, 'U0OLIVIA', 'U0LLMGW');
    expect(await slack.payloads('key')).toEqual([]);
  });
});

describe('delivery by signed HTTP', () => {
  let slack: TestWorkspace;
  beforeAll(async () => {
    slack = await openWorkspace();
  });
  afterAll(() => slack.close());

  async function deliver(eventTime: number, event: object, retry = {}): Promise<void> {
    const body = JSON.stringify({
      type: 'event_callback',
      event_id: `Ev${randomUUID()}`,
      event_time: eventTime,
      team_id: 'T0SANDBOX',
      api_app_id: 'A0LLMGW',
      event: { user: 'U0OLIVIA', team: 'T0SANDBOX', channel: 'C0GATEWAY', ...event },
    });
    const request = signed(body);
    const headers = { ...request.headers, 'content-type': 'application/json', ...retry };
    await fetch(`${slack.botUrl}/slack/events`, { ...request, headers });
  }

  test.each([
    ['minutes', 370, 1],
    ['hours', hours, 0],
  ])('the third retry of a message %s old, %s s later, starts %i jobs', async (_ago, ago, jobs) => {
    const queued = (await slack.payloads('key')).length;
    const written = Math.floor(Date.now() / 1000) - ago;
    const at = `${written}.000100`;
    const text = `<@U0LLMGW> key --app repeated-${ago}`;
    const retry = { 'x-slack-retry-num': '3', 'x-slack-retry-reason': 'http_timeout' };
    await deliver(written, { type: 'app_mention', ts: at, event_ts: at, text }, retry);
    expect((await slack.payloads('key')).length - queued).toBe(jobs);
  });

  test('a Stop that is hours old has no effect, and a new one has', async () => {
    const seconds = Math.floor(Date.now() / 1000);
    const thread = await slack.message('Let us talk');
    const place = { channel: 'C0GATEWAY', ts: thread };
    // The question is no longer stored; the bot answers each Stop with that message.
    await createSlackMemory(slack.redis, slack.prefix, quiet).saveSession(place, 'ask-forgotten');
    const stop = { type: 'agent_session_stopped', thread_ts: thread, streaming_message_ts: [] };
    await deliver(seconds, { ...stop, event_ts: `${seconds - hours}.000100` });
    const told = async () =>
      (await slack.screen()).messages.filter(({ text }) => text.includes('no longer stored'));
    expect(await told()).toEqual([]);
    await deliver(seconds, { ...stop, event_ts: `${seconds}.000100` });
    expect(await told()).toHaveLength(1);
  });
});
