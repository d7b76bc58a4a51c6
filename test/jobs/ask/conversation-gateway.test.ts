// Gateway of a question: kept in threads, the prompt modal and the message shortcut.
import { quiet } from '../../support/engine.ts';
import { Queue } from 'bullmq';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { bullPrefix, jobQueueName } from '../../../src/engine/queue-names.ts';
import type { PlainJobData } from '../../../src/engine/queue.ts';
import { createAskStore } from '../../../jobs/ask/store.ts';
import { type TestWorkspace, openWorkspace } from '../../slack/open-workspace.ts';
import { signed } from '../../slack/signed-command.ts';

let slack: TestWorkspace;
beforeAll(async () => {
  slack = await openWorkspace({ gateways: 'staging:\n  QUOTA: 20/minute\n' });
});
afterAll(() => slack.close());

interface Asked {
  readonly gateway: string;
  readonly prompt: string;
}

/** The gateway of each queued prompt. */
async function gatewayOf(prompt: string): Promise<string | undefined> {
  const queue = new Queue<PlainJobData>(jobQueueName('ask'), {
    connection: slack.redis,
    prefix: bullPrefix(slack.prefix),
  });
  // A person's second question waits behind the first.
  const jobs = await queue.getJobs(['waiting', 'prioritized', 'delayed']);
  await queue.close();
  const all = jobs.map(({ data }) => data.payload as Asked);
  const texts = await Promise.all(all.map(({ prompt: ref }) => slack.texts.read(ref)));
  return all.find((_, index) => texts[index] === prompt)?.gateway;
}

/** A message whose thread holds a conversation, as the worker stores it. */
async function conversation(gateway: string): Promise<string> {
  const root = await slack.message('Let us ask the model');
  const asks = createAskStore(slack.redis, slack.prefix, quiet);
  await asks.begin(`C0GATEWAY:${root}`, gateway);
  await asks.close();
  return root;
}

const say = (text: string, as: string, thread: string) =>
  slack.message(text, as, 'C0GATEWAY', thread);

async function submitModal(as: string, prompt: string): Promise<void> {
  const shown = async () => (await slack.screen(as)).modals;
  await expect.poll(async () => (await shown()).length).toBe(1);
  const [modal] = await shown();
  await slack.post('submit', { as, viewId: modal?.id, values: { prompt } });
}

test('a mention and a reply in a conversation go to its gateway', async () => {
  const root = await conversation('staging');
  await say('@llmgw and so?', 'U0BOB', root);
  await expect.poll(() => gatewayOf('and so?')).toBe('staging');
  // For an app that receives all messages of its channels.
  const event = {
    user: 'U0ALICE',
    team: 'T0SANDBOX',
    channel: 'C0GATEWAY',
    channel_type: 'channel',
  };
  const body = JSON.stringify({
    type: 'event_callback',
    event_id: 'Ev0REPLY',
    team_id: 'T0SANDBOX',
    event: { ...event, type: 'message', ts: `${root}1`, thread_ts: root, text: 'And then?' },
  });
  const request = signed(body);
  const headers = { ...request.headers, 'content-type': 'application/json' };
  await fetch(`${slack.botUrl}/slack/events`, { ...request, headers });
  await expect.poll(() => gatewayOf('And then?')).toBe('staging');
});

test('a question that names another gateway in a conversation goes to that gateway', async () => {
  const root = await conversation('staging');
  await say('@llmgw ask --gateway default Elsewhere?', 'U0OLIVIA', root);
  await expect.poll(() => gatewayOf('Elsewhere?')).toBe('default');
});

test('a conversation of an earlier version uses the default gateway', async () => {
  const root = await slack.message('Let us ask the model');
  await slack.redis.set(`${slack.prefix}:ask:thread:C0GATEWAY:${root}`, '1');
  await say('@llmgw And now?', 'U0ALICE', root);
  await expect.poll(() => gatewayOf('And now?')).toBe('default');
});

test('the button under an empty question opens a new question at the named gateway', async () => {
  const ts = await slack.message('@llmgw ask --gateway staging', 'U0BOB');
  const seen = await slack.sees(
    ({ text, threadTs }) => threadTs === ts || text.includes('The prompt is missing'),
    'U0BOB',
  );
  await slack.post('click', { as: 'U0BOB', label: 'Write a prompt', messageTs: seen.ts });
  await expect
    .poll(async () => (await slack.screen('U0BOB')).modals.map(({ title }) => title))
    .toEqual(['Ask the gateway']);
  await submitModal('U0BOB', 'From the button?');
  await expect.poll(() => gatewayOf('From the button?')).toBe('staging');
});

test('the shortcut on a message of a conversation asks at its gateway', async () => {
  const root = await conversation('staging');
  const as = 'U0OLIVIA';
  await slack.post('shortcut', { as, messageTs: root, shortcut: 'ask.message' });
  await submitModal(as, 'Why this?');
  await expect.poll(() => gatewayOf('Why this?\n\nLet us ask the model')).toBe('staging');
});
