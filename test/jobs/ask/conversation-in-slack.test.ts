// Slack output of jobs: private keys, growing answers, explained faults, questions and buttons.
import type { Answer } from '../../../jobs/ask/answer/notifier.ts';
import type { GatewayPlan } from '../../../jobs/provision/notifier.ts';
import type { KeyReveal } from '../../../jobs/keys/notifier.ts';
import type { Addressee } from '../../../src/job/addressee.ts';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { fail } from '../../../src/kernel/errors.ts';
import { type TestWorkspace, markOf, openWorkspace } from '../../slack/open-workspace.ts';

const consumerKey = 'ZqXk3mVh9TtYw2LrPn8sBd5fGj7cAe1u';
const reveal: KeyReveal = {
  gateway: 'default',
  app: 'llmgw-default',
  consumerKey,
  endpoint: 'http://127.9.9.9:8080',
  model: 'Qwen/Qwen2.5-1.5B-Instruct',
  quota: '5 requests a minute',
  issuedAt: 1_790_000_000_000,
  expiresAt: undefined,
  isNew: true,
};

const plan: GatewayPlan = {
  gateway: 'default',
  hash: '0123456789abcdef',
  verdict: 'ready',
  steps: [{ id: 'create-cluster', title: 'Create cluster', action: 'create', why: 'missing' }],
  expectedMs: 480_000,
  cost: { lines: [], usd: 1, unpriced: [], asOf: '2025-01-15', region: 'r', source: 'https://x' },
  covers: { config: 'c0', due: {} },
  desired: [{ label: 'Model', value: 'Qwen/Qwen2.5-1.5B-Instruct' }],
  activeRun: undefined,
};

let slack: TestWorkspace;
beforeAll(async () => {
  slack = await openWorkspace();
  slack.redactor.register(consumerKey);
});
afterAll(() => slack.close());

const jobIn = (mark: string | undefined): string => /:([a-z0-9-]+)$/.exec(mark ?? '')?.[1] ?? '';

async function acked(text: string, as: string): Promise<string> {
  const before = new Set((await slack.screen(as)).messages.map(({ ts }) => ts));
  await slack.command(text, as);
  const ack = await slack.sees(
    (each) => !before.has(each.ts) && markOf(each)?.startsWith('llmgw.accepted:') === true,
    as,
  );
  return jobIn(markOf(ack));
}

const everything = async (as: string): Promise<string> => JSON.stringify(await slack.screen(as));

describe('key', () => {
  test('opens a modal immediately, and the job shows the key there to its owner only', async () => {
    const job = await acked('/llmgw key', 'U0ALICE');
    expect(job).toMatch(/^key-[a-z0-9]+$/);
    await expect.poll(async () => (await slack.screen('U0ALICE')).modals).toHaveLength(1);
    expect(await everything('U0ALICE')).not.toContain(consumerKey);

    const to: Addressee = { user: 'U0ALICE', channel: 'C0GATEWAY', job, viewId: job };
    await slack.slackNotifier.notifier.revealKey(to, reveal);
    const [modal] = (await slack.screen('U0ALICE')).modals;
    expect(JSON.stringify(modal)).toContain(`x-api-key: ${consumerKey}`);
    expect(modal?.blocks[0]?.block_id).toBe(`llmgw.outcome:ok:${job}`);
    expect(await everything('U0BOB')).not.toContain(consumerKey);
    await slack.post('close-view', { as: 'U0ALICE' });
  });

  test('a closed modal gets no key: the key is posted masked, with Reveal', async () => {
    const job = await acked('/llmgw key', 'U0ALICE');
    await expect.poll(async () => (await slack.screen('U0ALICE')).modals).toHaveLength(1);
    await slack.post('close-view', { as: 'U0ALICE' });
    const to: Addressee = { user: 'U0ALICE', channel: 'C0GATEWAY', job, viewId: job };
    await slack.slackNotifier.notifier.revealKey(to, reveal);
    const masked = await slack.sees(
      (each) => markOf(each) === `llmgw.outcome:ok:${job}`,
      'U0ALICE',
    );
    expect(masked.ephemeral).toBe(true);
    expect(JSON.stringify(masked)).not.toContain(consumerKey);
    expect(JSON.stringify(masked)).toContain(consumerKey.slice(-4));

    await slack.click('Reveal', masked.ts, 'U0ALICE');
    await expect.poll(async () => (await slack.screen('U0ALICE')).modals).toHaveLength(1);
    const [modal] = (await slack.screen('U0ALICE')).modals;
    const revealJob = jobIn(modal?.blocks[0]?.block_id);
    const { queued } = await slack.queues.listJobs();
    expect(queued.find(({ id }) => id === revealJob)?.by?.user).toBe('U0ALICE');
    await slack.slackNotifier.notifier.revealKey(
      { ...to, job: revealJob, viewId: revealJob },
      { ...reveal, isNew: false },
    );
    await expect.poll(() => everything('U0ALICE')).toContain(consumerKey);
    await slack.post('close-view', { as: 'U0ALICE' });
    expect(await everything('U0ALICE')).not.toContain(consumerKey);
  });

  test('a second call shows the same key masked in the modal, with Reveal', async () => {
    const job = await acked('/llmgw key', 'U0ALICE');
    const to: Addressee = { user: 'U0ALICE', channel: 'C0GATEWAY', job, viewId: job };
    await slack.slackNotifier.notifier.announceKey(to, { ...reveal, isNew: false });
    expect(await everything('U0ALICE')).not.toContain(consumerKey);
    await slack.click('Reveal', undefined, 'U0ALICE');
    await expect
      .poll(async () => (await slack.screen('U0ALICE')).modals[0]?.blocks[0]?.block_id)
      .toMatch(/^llmgw\.accepted:key-/);
    await slack.post('close-view', { as: 'U0ALICE' });
  });

  test('a mention opens no modal: the thread gets an acknowledgement, only the owner gets Reveal', async () => {
    const ts = await slack.message('@llmgw key', 'U0BOB');
    const reply = await slack.sees((each) => each.threadTs === ts && each.from.isBot, 'U0BOB');
    expect(reply.metadata?.event_type).toBe('llmgw_accepted');
    const job = String(reply.metadata?.event_payload['job']);
    const to: Addressee = { user: 'U0BOB', channel: 'C0GATEWAY', threadTs: ts, job };
    await slack.slackNotifier.notifier.revealKey(to, reveal);
    await slack.sees((each) => markOf(each) === `llmgw.outcome:ok:${job}`, 'U0BOB');
    expect(await everything('U0BOB')).not.toContain(consumerKey);
    expect(await everything('U0ALICE')).not.toContain(`llmgw.outcome:ok:${job}`);
  });
});

describe('ask', () => {
  const asked = (job: string): Addressee => ({ user: 'U0ALICE', channel: 'C0GATEWAY', job });
  const question = (prompt = '', streams = true) => ({ prompt, isPrivate: false, streams });
  const answer: Answer = {
    form: 'markdown',
    cutAt: undefined,
    history: { shown: 0, left: 0 },
    text: 'Paris, <!channel>.\n```\nif (a < b) {}\n```',
    model: 'qwen',
    promptTokens: 3,
    completionTokens: 9,
    firstTokenMs: 20,
    totalMs: 1234,
    quota: { limit: 5, window: 'minute', usedHere: 2 },
  };

  test('a job has one message: it grows, ends complete, and a second worker reuses it', async () => {
    const job = await acked('/llmgw ask What is\nthe capital <here>?', 'U0ALICE');
    const prompt = await slack.texts.read(job);
    expect(prompt).toBe('What is\nthe capital <here>?');
    const message = await slack.slackNotifier.notifier.openAnswer(asked(job), question(prompt));
    message.grow('Par');
    message.grow('Paris, ');
    const growing = await slack.sees((each) => each.streaming, 'U0BOB');
    expect(growing.blocks).toMatchObject([{ type: 'markdown', text: 'Paris,' }]);
    const root = async () =>
      (await slack.screen('U0BOB')).messages.find((each) => each.ts === growing.threadTs);
    expect(JSON.stringify((await root())?.blocks)).toContain('"action_id":"ask.stop"');
    const again = await slack.slackNotifier.notifier.openAnswer(asked(job), question(prompt));
    expect(again.thread).toBe(message.thread);
    await again.finish(answer);
    const all = (await slack.screen('U0BOB')).messages.filter(
      (each) => each.metadata?.event_payload['job'] === job,
    );
    expect(all.map((each) => each.metadata?.event_payload['status'])).toEqual([undefined, 'ok']);
    expect(JSON.stringify((await root())?.blocks)).not.toContain('ask.stop');
    expect((await root())?.text).toContain(
      '“What is the capital &lt;here&gt;?” Answered in the thread.',
    );
    expect(all[1]?.ts).toBe(growing.ts);
    expect(all[1]?.threadTs).toBe(all[0]?.ts);
    expect(all[1]?.streaming).toBe(false);
    const shown = JSON.stringify(all[1]?.blocks);
    expect(shown).toContain('if (a < b) {}');
    expect(shown).not.toContain('<!channel>');
    expect(shown).toContain('3 of 5 requests left this minute (counted by this bot)');
    expect(all[1]?.text).not.toContain('<!channel>');
  });

  test('a streamed answer is complete at its end, and its mentions notify nobody', async () => {
    const message = await slack.slackNotifier.notifier.openAnswer(
      asked('ask-stream'),
      question('go'),
    );
    const text = '# Hi <@U0BOB> & <!here>\n```js\nif (a < b) {}\n```\n- שלום 👋';
    for (let length = 1; length < text.length; length += 3) message.grow(text.slice(0, length));
    await slack.sees((each) => each.streaming, 'U0BOB');
    message.grow(text.slice(0, 30));
    await message.finish({ ...answer, text });
    const seen = await slack.sees(
      (each) => each.metadata?.event_payload['job'] === 'ask-stream' && !!each.threadTs,
      'U0BOB',
    );
    expect(seen.blocks[0]).toMatchObject({
      type: 'markdown',
      text: text.replaceAll(/<(?=[@!])/g, '<\u2060'),
    });
  });

  const html = '<!DOCTYPE html>\n<!-- x -->\nList<@NonNull String> x;';
  test.each([true, false])('an answer with code is complete; streamed: %s', async (streams) => {
    const job = `ask-code-${streams}`;
    const message = await slack.slackNotifier.notifier.openAnswer(asked(job), {
      ...question('go'),
      streams,
    });
    for (let length = 1; length < html.length; length += 5) message.grow(html.slice(0, length));
    await message.finish({ ...answer, text: html });
    const seen = await slack.sees(
      (each) =>
        each.metadata?.event_payload['status'] === 'ok' &&
        each.metadata.event_payload['job'] === job,
      'U0BOB',
    );
    expect(JSON.stringify(seen.blocks)).toContain(JSON.stringify(html).slice(1, -1));
  });

  test('a streamed answer whose job fails ends in its own message, and its question shows it', async () => {
    await slack.texts.keep('ask-torn', 'how?', 60_000);
    const message = await slack.slackNotifier.notifier.openAnswer(
      asked('ask-torn'),
      question('how?'),
    );
    message.grow('So ');
    await slack.sees((each) => each.streaming && each.text.includes('So'), 'U0BOB');
    message.abandon();
    const { fault } = fail('permanent', 'denied', 'It was denied');
    await slack.slackNotifier.notifier.fail(asked('ask-torn'), fault);
    const all = (await slack.screen('U0BOB')).messages.filter(
      (each) => each.metadata?.event_payload['job'] === 'ask-torn',
    );
    expect(all.map((each) => each.metadata?.event_payload['status'])).toEqual([
      undefined,
      'failed',
    ]);
    expect(JSON.stringify(all[0]?.blocks)).toMatch(
      /asked: how\?.*The answer failed. Details are in the thread/,
    );
    expect(JSON.stringify(all[0]?.blocks)).not.toContain('ask.stop');
  });

  test('text is posted once when the response from Slack is lost', async () => {
    const message = await slack.slackNotifier.notifier.openAnswer(
      asked('ask-lost'),
      question('go'),
    );
    message.grow('One');
    await slack.sees((each) => each.streaming, 'U0BOB');
    // Slack accepts the text, but its response does not reach the bot.
    slack.fault({ operation: 'chat.appendStream', action: { kind: 'cut' }, times: 1 });
    message.grow('One two');
    const text = async () =>
      (await slack.screen('U0BOB')).messages
        .filter((each) => each.metadata?.event_payload['job'] === 'ask-lost' || each.streaming)
        .flatMap((each) => each.blocks.filter(({ type }) => type === 'markdown'))
        .map((block) => block['text']);
    await expect.poll(text).toContain('One two');
    message.grow('One two three');
    await message.finish({ ...answer, text: 'One two three.' });
    expect(await text()).toEqual(['One two three.']);
  });

  test('the message grows by edits when Slack refuses streams', async () => {
    slack.fault({
      operation: 'chat.startStream',
      action: {
        kind: 'status',
        status: 200,
        body: '{"ok":false,"error":"feature_not_enabled"}',
        headers: {},
      },
      times: 1,
    });
    const message = await slack.slackNotifier.notifier.openAnswer(
      asked('ask-edits'),
      question('go'),
    );
    message.grow('Some words');
    const growing = await slack.sees(
      (each) =>
        each.metadata?.event_payload['job'] === 'ask-edits' &&
        JSON.stringify(each.blocks).includes('Some words'),
      'U0BOB',
    );
    expect(JSON.stringify(growing.blocks)).toContain('Some words');
    expect(JSON.stringify(growing.blocks)).toContain('ask.stop');
    await message.finish(answer);
    const all = (await slack.screen('U0BOB')).messages.filter(
      (each) => each.metadata?.event_payload['job'] === 'ask-edits',
    );
    expect(all.map((each) => [each.ts, each.metadata?.event_payload['status']])).toEqual([
      [growing.ts, 'ok'],
    ]);
  });

  test('a very long answer is a file with a summary', async () => {
    const text = Array.from({ length: 6_000 }, (_, index) => `word${index}`).join(' ');
    const message = await slack.slackNotifier.notifier.openAnswer(
      asked('ask-file'),
      question('x', false),
    );
    await message.finish({ ...answer, text });
    const file = await slack.sees((each) => each.files.length > 0, 'U0BOB');
    expect(file.files[0]?.name).toBe('ask-file.md');
    const first = (await slack.screen('U0BOB')).messages.find((each) => each.ts === file.threadTs);
    expect(JSON.stringify(first?.blocks)).toContain('6000 words');
  });

  test('a private answer is sent complete to its asker as an ephemeral message', async () => {
    const secret = { prompt: 'psst', isPrivate: true, streams: true };
    const message = await slack.slackNotifier.notifier.openAnswer(asked('ask-private'), secret);
    message.grow('Par');
    await message.finish(answer);
    const own = await slack.sees(
      (each) => markOf(each) === 'llmgw.outcome:ok:ask-private',
      'U0ALICE',
    );
    expect(own.ephemeral).toBe(true);
    expect(await everything('U0BOB')).not.toContain('ask-private');
  });

  test('a long answer is split over the thread without losing text', async () => {
    const words = Array.from({ length: 3_000 }, (_, index) => `word${index}`).join(' ');
    const message = await slack.slackNotifier.notifier.openAnswer(
      asked('ask-long'),
      question('long', false),
    );
    await message.finish({ ...answer, text: words });
    const shown = (await slack.screen('U0BOB')).messages;
    const first = shown.find((each) => each.metadata?.event_payload['job'] === 'ask-long');
    const parts = [first, ...shown.filter((each) => each.threadTs === first?.ts)];
    const text = parts
      .flatMap((each) => each?.blocks.filter((block) => block.type === 'markdown') ?? [])
      .map((block) => (typeof block['text'] === 'string' ? block['text'] : ''))
      .join(' ');
    expect(text.split(/\s+/)).toEqual(words.split(' '));
  });

  test('a public acknowledgement has no Stop; on a private one, a late action removes it', async () => {
    const ackOf = async (job: string) =>
      (await slack.screen('U0ALICE')).messages.find(
        (each) => markOf(each) === `llmgw.accepted:${job}`,
      );
    const open = await ackOf(await acked('/llmgw ask for all', 'U0ALICE'));
    expect(JSON.stringify(open?.blocks)).not.toContain('ask.stop');
    const job = await acked('/llmgw ask --private for me', 'U0ALICE');
    const own = await ackOf(job);
    expect(JSON.stringify(own?.blocks)).toContain('ask.stop');
    const ended = 'done-' + job;
    await slack.texts.keep(ended, 'answered', 60_000);
    await slack.click('Stop', own?.ts, 'U0ALICE');
    const settled = async () =>
      (await slack.screen('U0ALICE')).messages.find((each) => each.ts === own?.ts);
    await expect.poll(async () => (await settled())?.text).toContain('already complete');
    expect(JSON.stringify((await settled())?.blocks)).not.toContain('ask.stop');
  });

  test('an accepted Stop is no outcome of the question: the answer shows the outcome', async () => {
    const job = await acked('/llmgw ask --private for nobody', 'U0ALICE');
    const own = (await slack.screen('U0ALICE')).messages.find(
      (each) => markOf(each) === `llmgw.accepted:${job}`,
    );
    await slack.click('Stop', own?.ts, 'U0ALICE');
    const settled = await slack.sees(
      ({ ts, text }) => ts === own?.ts && text.includes('Stopping'),
      'U0ALICE',
    );
    expect(markOf(settled)).toBe(`llmgw.accepted:${job}`);
  });

  test('an explained fault ends the message, with a button that runs its next action', async () => {
    const message = await slack.slackNotifier.notifier.openAnswer(
      asked('ask-fault'),
      question('why?', false),
    );
    await message.explain({
      row: 'quota_spent',
      title: 'The quota is spent',
      meaning: 'Five requests a minute are allowed.',
      next: 'Wait, then ask again.',
      actions: [{ kind: 'command', label: 'Show status', command: 'status' }],
      retryAfterMs: 12_000,
      status: 429,
    });
    const seen = await slack.sees(
      (each) => each.metadata?.event_payload['job'] === 'ask-fault' && each.text.includes('quota'),
      'U0BOB',
    );
    expect(seen.metadata?.event_payload['status']).toBe('failed');
    await slack.click('Show status', seen.ts, 'U0BOB');
    await slack.sees(
      (each) => markOf(each)?.startsWith('llmgw.accepted:status-') === true,
      'U0BOB',
    );
  });

  test('a job that fails after posting its message ends in that message', async () => {
    await slack.texts.keep('ask-broken', 'why?', 60_000);
    await slack.slackNotifier.notifier.openAnswer(asked('ask-broken'), question('why?', false));
    const { fault } = fail('permanent', 'denied', 'It was denied', { next: 'Ask an operator.' });
    await slack.slackNotifier.notifier.fail(asked('ask-broken'), fault);
    const all = (await slack.screen('U0BOB')).messages.filter(
      (each) => each.metadata?.event_payload['job'] === 'ask-broken',
    );
    expect(all.map((each) => each.metadata?.event_payload['status'])).toEqual(['failed']);
    expect(all[0]?.text).toContain('Ask an operator.');
    expect(JSON.stringify(all[0]?.blocks)).toContain('asked: why?');
  });
});

describe('provision', () => {
  test('asks with a plan; an action approves exactly that plan and removes the question', async () => {
    const runId = await acked('/llmgw provision --nodes 2', 'U0OLIVIA');
    expect(runId).toMatch(/^provision-default-[a-z0-9]+$/);
    expect(await slack.payloads('plan')).toMatchObject([
      { gateway: 'default', options: { nodes: 2 }, asks: true, to: { job: runId } },
    ]);

    const to: Addressee = { user: 'U0OLIVIA', channel: 'C0GATEWAY', job: runId };
    await slack.slackNotifier.notifier.showPlan(to, plan, { asks: true });
    const question = await slack.sees(
      (each) => markOf(each) === `llmgw.outcome:asked:${runId}`,
      'U0OLIVIA',
    );
    expect(question.text).toContain('1 to create');
    await slack.click('Provision', question.ts);
    await slack.sees((each) => each.text.includes('Plan approved by <@U0OLIVIA>'));
    expect((await slack.screen()).messages.some(({ ts }) => ts === question.ts)).toBe(true);
    await expect(slack.click('Provision', question.ts)).rejects.toThrow();
    const [, approval, ...more] = await slack.payloads('plan');
    expect(approval).toMatchObject({ gateway: 'default', approved: plan.hash, to: { job: runId } });
    expect(more).toEqual([]);
    // A job observes the gateway once more before the run starts.
    expect(
      (await slack.queues.listJobs()).queued.filter((job) => job.name === 'provision'),
    ).toEqual([]);
  });

  test('a second start is refused with the id and the starter of the active run', async () => {
    const by = { user: 'U0OLIVIA', channel: 'C0GATEWAY' };
    const runId = 'provision-default-holder';
    const request = { runId, runbook: 'provision', target: 'default', input: {}, by };
    await slack.store.create(request, Date.now());
    await slack.command('/llmgw provision --yes');
    const seen = await slack.sees((each) => each.text.includes(runId));
    expect(seen.text).toContain('<@U0OLIVIA>');
    expect(markOf(seen)).toMatch(/^llmgw\.outcome:refused:/);

    // Only the starter and operators may stop it.
    await slack.command('/llmgw cancel', 'U0BOB');
    await slack.sees((each) => each.text.includes('who started this run'), 'U0BOB');
    await slack.command('/llmgw cancel');
    await slack.sees((each) => markOf(each) === `llmgw.accepted:${runId}`);
  });
});

test('direct messages accept the same words without the slash command', async () => {
  const screen = await slack.screen('U0ALICE');
  const direct = screen.channels.find(({ kind }) => kind === 'im');
  const ts = await slack.message('status', 'U0ALICE', direct?.id ?? '');
  const reply = await slack.sees(
    (each) => each.threadTs === ts && each.from.isBot,
    'U0ALICE',
    direct?.id,
  );
  expect(reply.metadata?.event_type).toBe('llmgw_accepted');
});

test('a hidden email is named as the cause, with the next action', async () => {
  await expect(slack.slackNotifier.notifier.profile('U0NADIA')).rejects.toMatchObject({
    fault: { kind: 'permanent', code: 'profile_hidden' },
  });
  await expect(slack.slackNotifier.notifier.profile('U0ALICE')).resolves.toHaveProperty(
    'email',
    expect.stringContaining('@'),
  );
});
