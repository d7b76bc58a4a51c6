// Private answers, which only the asker sees.
import { wholeAnswer } from './whole-answer.ts';
import type { KeyNews } from '../../jobs/keys/notifier.ts';
import type { Addressee } from '../../src/job/addressee.ts';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { QuotaReport } from '../../jobs/quota/usage/report.ts';
import { fail, toFault } from '../../src/kernel/errors.ts';
import { openWorkspace, type TestWorkspace } from './open-workspace.ts';
import { signed } from './signed-command.ts';

let slack: TestWorkspace;
beforeAll(async () => {
  slack = await openWorkspace();
});
afterAll(() => slack.close());

const seenBy = async (as: string): Promise<string> => JSON.stringify(await slack.screen(as));

/** The addressee of the newest queued job of that kind. */
async function addresseeOf(job: string, count: number): Promise<Addressee> {
  await expect.poll(async () => (await slack.payloads(job)).length).toBe(count);
  return ((await slack.payloads(job)).at(-1) as { to: Addressee }).to;
}

const news: KeyNews = {
  kind: 'list',
  owner: 'U0ALICE',
  gateway: 'default',
  apps: [
    {
      app: 'llmgw-default',
      isMadeHere: true,
      isWorking: true,
      rows: [
        {
          masked: '•••• QQ77',
          state: 'usable',
          issuedAt: 1_790_000_000_000,
          expiresAt: undefined,
          revokedBy: undefined,
        },
      ],
    },
  ],
};

const report: QuotaReport = {
  gateway: 'default',
  quota: '4321 requests per minute',
  limit: 4321,
  user: 'U0ALICE',
  isOwn: true,
  app: undefined,
  shownByApigee: undefined,
  used: [],
  sent: { problem: 'none' },
};

describe('a private answer in a channel', () => {
  let jobs = 0;
  /** No thread, and a thread with a reply. */
  const threads = [
    ['outside a thread', async () => undefined],
    [
      'in a thread',
      async () => {
        const root = await slack.message('What about this?', 'U0BOB');
        await slack.message('No idea', 'U0BOB', 'C0GATEWAY', root);
        return root;
      },
    ],
  ] as const;
  const verbs = ['key list', 'key rotate', 'key revoke', 'key'];

  test.each(threads.flatMap(([where, open]) => verbs.map((verb) => [verb, where, open] as const)))(
    '@llmgw %s %s shows the keys only to their owner',
    async (verb, _where, open) => {
      const root = await open();
      const before = new Set((await slack.screen('U0ALICE')).messages.map(({ ts }) => ts));
      const ts = await slack.message(`@llmgw ${verb}`, 'U0ALICE', 'C0GATEWAY', root);
      jobs += 1;
      const to = await addresseeOf('key', jobs);
      const ack = await slack.sees((each) => each.from.isBot && !before.has(each.ts), 'U0ALICE');
      expect(ack.text).toContain('only you will see the answer');
      await slack.slackNotifier.notifier.tellKey(to, news);
      const told = await slack.sees(
        (each) => !before.has(each.ts) && JSON.stringify(each).includes('QQ77'),
        'U0ALICE',
      );
      expect([told.ephemeral, told.threadTs]).toEqual([true, root]);
      expect(Number(told.ts)).toBeGreaterThan(Number(ts));
      expect(await seenBy('U0BOB')).not.toContain('QQ77');
    },
  );

  test.each(threads)(
    '@llmgw quota %s shows the numbers only to the asker',
    async (_where, open) => {
      const root = await open();
      const count = (await slack.payloads('quota')).length;
      await slack.message('@llmgw quota', 'U0ALICE', 'C0GATEWAY', root);
      const to = await addresseeOf('quota', count + 1);
      await slack.slackNotifier.notifier.showQuota(to, report);
      const told = await slack.sees(
        (each) => JSON.stringify(each).includes(`outcome:ok:${to.job}`),
        'U0ALICE',
      );
      expect([told.ephemeral, told.threadTs]).toEqual([true, root]);
      expect(await seenBy('U0BOB')).not.toContain('4321');
    },
  );

  test('a failed key command answers only its asker', async () => {
    await slack.message('@llmgw key list', 'U0ALICE');
    jobs += 1;
    const to = await addresseeOf('key', jobs);
    const fault = toFault(fail('refused', 'no_key', 'You have no key at all here.'));
    await slack.slackNotifier.notifier.fail(to, fault);
    await slack.sees((each) => each.text.includes('no key at all'), 'U0ALICE');
    expect(await seenBy('U0BOB')).not.toContain('no key at all');
  });

  test('@llmgw audit shows the trail only to the operator', async () => {
    await slack.message('@llmgw audit', 'U0OLIVIA');
    const shown = await slack.sees(
      (each) => JSON.stringify(each).includes('llmgw.outcome:ok:audit-'),
      'U0OLIVIA',
    );
    expect(shown.ephemeral).toBe(true);
    expect(await seenBy('U0BOB')).not.toContain(shown.ts);
  });

  test('Revoke on a list of keys answers only the owner', async () => {
    const root = await slack.message('@llmgw key list', 'U0ALICE');
    jobs += 1;
    const to = await addresseeOf('key', jobs);
    await slack.slackNotifier.notifier.tellKey(to, news);
    const all = (await slack.screen('U0ALICE')).messages;
    const list = all.findLast((each) => JSON.stringify(each).includes('QQ77'));
    await slack.post('click', {
      as: 'U0ALICE',
      messageTs: list?.ts,
      label: 'Revoke',
      confirmed: true,
    });
    jobs += 1;
    const pressed = await addresseeOf('key', jobs);
    expect(pressed.seenBy).toBe('asker');
    await slack.slackNotifier.notifier.tellKey(pressed, {
      kind: 'revoked',
      by: 'U0ALICE',
      owner: 'U0ALICE',
      gateway: 'default',
      app: 'llmgw-default',
      keys: ['•••• RR88'],
    });
    await expect.poll(() => seenBy('U0ALICE')).toContain('RR88');
    expect(await seenBy('U0BOB')).not.toContain('RR88');
    expect(root).toBeDefined();
  });
});

describe('ephemeral messages in a thread without a reply', () => {
  const answer = wholeAnswer('Forty-two.');

  const finish = async (to: Addressee): Promise<void> => {
    const asked = { prompt: 'psst', isPrivate: true, streams: true };
    const message = await slack.slackNotifier.notifier.openAnswer(to, asked);
    await message.finish(answer);
  };

  test('an ephemeral message is hidden in a thread without a reply', async () => {
    const ts = await slack.message('a root', 'U0ALICE');
    const postEphemeral = async (text: string): Promise<void> => {
      await fetch(`${slack.sandboxUrl}/slack/api/chat.postEphemeral`, {
        method: 'POST',
        headers: {
          authorization: 'Bearer xoxb-token-of-the-test',
          'content-type': 'application/json',
        },
        body: JSON.stringify({ channel: 'C0GATEWAY', user: 'U0ALICE', thread_ts: ts, text }),
      });
    };
    await postEphemeral('before any reply');
    await slack.message('a reply', 'U0BOB', 'C0GATEWAY', ts);
    await postEphemeral('after a reply');
    expect(await seenBy('U0ALICE')).not.toContain('before any reply');
    expect(await seenBy('U0ALICE')).toContain('after a reply');
  });

  const tsSeen = async () => new Set((await slack.screen('U0ALICE')).messages.map(({ ts }) => ts));

  /** Waits until alice sees the acknowledgement with Stop; returns its addressee. */
  async function asked(before: ReadonlySet<string>): Promise<Addressee> {
    const accepted = /llmgw\.accepted:(ask-[a-z0-9]+)/;
    const ack = await slack.sees(
      (each) => !before.has(each.ts) && accepted.test(JSON.stringify(each)),
      'U0ALICE',
    );
    expect(ack.ephemeral).toBe(true);
    expect(JSON.stringify(ack.blocks)).toContain('ask.stop');
    const job = accepted.exec(JSON.stringify(ack))?.[1] ?? '';
    const record = await slack.texts.read(`again-${job}`);
    return (JSON.parse(record ?? '{}') as { to: Addressee }).to;
  }

  test('a private question in a channel is acknowledged and answered visibly', async () => {
    const before = await tsSeen();
    await slack.message('@llmgw ask --private what is six times seven?', 'U0ALICE');
    const to = await asked(before);
    await finish(to);
    await slack.sees((each) => JSON.stringify(each).includes('Forty-two'), 'U0ALICE');
    expect(await seenBy('U0BOB')).not.toContain('Forty-two');
  });

  test('a private question that fails is explained only to its asker', async () => {
    const before = await tsSeen();
    await slack.message('@llmgw ask --private why?', 'U0ALICE');
    const to = await asked(before);
    const fault = toFault(fail('refused', 'no_key', 'There is no key of yours.'));
    await slack.slackNotifier.notifier.fail(to, fault);
    await slack.sees((each) => each.text.includes('no key of yours'), 'U0ALICE');
    expect(await seenBy('U0BOB')).not.toContain('no key of yours');
  });

  test('the acknowledgement of a plain mention is visible and has a Stop button', async () => {
    const before = await tsSeen();
    await slack.message('@llmgw ask what is six times seven?', 'U0ALICE');
    const to = await asked(before);
    expect(to.user).toBe('U0ALICE');
  });

  test('the shortcut on a message without replies answers "only me" visibly', async () => {
    const ts = await slack.message('What does this mean?', 'U0BOB');
    await slack.post('shortcut', { as: 'U0ALICE', messageTs: ts, shortcut: 'ask.message' });
    await expect.poll(async () => (await slack.screen('U0ALICE')).modals).toHaveLength(1);
    const before = await tsSeen();
    const seen = (await slack.screen('U0ALICE')).modals[0]?.blocks ?? [];
    const prompt = seen.find(
      (block) => block.type === 'input' && JSON.stringify(block).includes('plain_text_input'),
    );
    await slack.post('submit', {
      as: 'U0ALICE',
      values: { [prompt?.block_id ?? '']: 'Explain it', 'seen-by': 'private' },
    });
    const to = await asked(before);
    await finish(to);
    await slack.sees(
      (each) => JSON.stringify(each).includes(`llmgw.outcome:ok:${to.job}`),
      'U0ALICE',
    );
    expect(await seenBy('U0BOB')).not.toContain(to.job);
  });

  test('the refusal of a Stop is visible to the outsider in the channel', async () => {
    const newcomer = { name: 'mallory', team: 'T0OTHER', channels: ['llm-gateway'] };
    const added = (await slack.post('people', newcomer)) as { person: { id: string } };
    const user = added.person.id;
    const ts = await slack.message('a root that has no reply', 'U0ALICE');
    const event = {
      type: 'agent_session_stopped',
      channel: 'C0GATEWAY',
      thread_ts: ts,
      user,
      user_team: 'T0OTHER',
    };
    const outer = { type: 'event_callback', event_id: 'Ev0STOP', team_id: 'T0SANDBOX' };
    const { headers, ...request } = signed(JSON.stringify({ ...outer, event }));
    const json = { ...headers, 'content-type': 'application/json' };
    await fetch(`${slack.botUrl}/slack/events`, { ...request, headers: json });
    const refused = await slack.sees((each) => each.from.isBot && each.ephemeral, user);
    expect(refused.text).toContain('another');
  });
});
