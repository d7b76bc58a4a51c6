// Notices in channels: subscriptions, edited incidents, and Extend, which applies once.
import type { Lease } from '../../../src/gateway/runs.ts';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { type Notice, noticeEvents } from '../../../jobs/health/watch/notices.ts';
import { connectRedis } from '../../../src/kernel/redis.ts';
import { type WatchStore, createWatchStore } from '../../../jobs/health/watch/store.ts';
import { quiet, redisUrl } from '../../support/engine.ts';
import { type TestWorkspace, openWorkspace } from '../../slack/open-workspace.ts';

const redis = connectRedis(redisUrl());
let slack: TestWorkspace;
let kept: WatchStore;
beforeAll(async () => {
  slack = await openWorkspace();
  kept = createWatchStore(redis, slack.prefix, quiet);
});
afterAll(async () => {
  await slack.close();
  redis.disconnect();
});

const at = 1_790_000_000_000;
const incident = (id: string, more: object = {}): Notice => ({
  id,
  gateway: 'default',
  at,
  event: 'degraded',
  causes: [{ at, text: `The route of ${id} is missing` }],
  ...more,
});

const seen = async (text: string, channel = 'C0GATEWAY') =>
  (await slack.screen('U0BOB', channel)).messages.filter((message) =>
    JSON.stringify(message).includes(text),
  );

/** Like the watch: notices that Slack defers are sent at a later observation. */
async function tell(notice: Notice): Promise<void> {
  const told = () =>
    slack.slackNotifier.tell('C0GATEWAY', notice).then(
      () => 'told',
      () => 'later',
    );
  await expect.poll(told, { timeout: 10_000, interval: 200 }).toBe('told');
}

describe('notify', () => {
  const told = () => kept.subscriptions.of('C0GENERAL');
  test.each([
    ['here', [...noticeEvents], /gets a message for these events/],
    ['degraded protection', ['degraded', 'protection'], /gets a message for these events/],
    ['off', [], /Notifications are off/],
  ])('%s', async (words, events, answer) => {
    await slack.command(`/llmgw notify ${words}`, 'U0OLIVIA', 'C0GENERAL');
    await slack.sees((message) => answer.test(message.text), 'U0OLIVIA', 'C0GENERAL');
    expect(await told()).toEqual(events);
  });

  test.each([
    ['a typo gets a suggestion', 'degradd', /Did you mean degraded/],
    ['here with events is refused', 'here degraded', /can't be combined with events/],
  ])('%s, and changes nothing', async (_what, words, answer) => {
    await kept.subscriptions.set('C0GENERAL', ['gone']);
    await slack.command(`/llmgw notify ${words}`, 'U0OLIVIA', 'C0GENERAL');
    await slack.sees((message) => answer.test(message.text), 'U0OLIVIA', 'C0GENERAL');
    expect(await told()).toEqual(['gone']);
  });

  test('is for operators', async () => {
    await slack.command('/llmgw notify off', 'U0ALICE', 'C0GENERAL');
    await slack.sees((message) => /Only operators/.test(message.text), 'U0ALICE', 'C0GENERAL');
    expect(await told()).toEqual(['gone']);
  });
});

describe('an incident', () => {
  test('is one message that is edited, and closed at recovery', async () => {
    await tell(incident('incident-one'));
    const [first] = await seen('incident-one');
    expect(first?.text).toMatch(/Gateway degraded since .*The route of incident-one is missing/);
    await tell(incident('incident-one', { repairing: 'provision-x' }));
    const over = { at: at + 240_000, how: 'recovered' };
    await tell(incident('incident-one', { over }));
    const messages = await seen('incident-one');
    expect(messages).toHaveLength(1);
    expect(messages[0]).toMatchObject({ ts: first?.ts });
    expect(messages[0]?.text).toMatch(/Gateway recovered after 4 min/);
    expect(JSON.stringify(messages)).not.toContain('Repair');
  });

  test('offers Repair, and posts a removed message again', async () => {
    await tell(incident('incident-two'));
    const [message] = await seen('incident-two');
    expect(JSON.stringify(message)).toContain('"value":"provision default"');
    slack.fault({
      operation: '^chat\\.update$',
      action: {
        kind: 'status',
        status: 200,
        headers: { 'content-type': 'application/json' },
        body: '{"ok":false,"error":"message_not_found"}',
      },
      times: 1,
    });
    await tell(incident('incident-two', { repairing: 'provision-y' }));
    const [again] = await seen('provision-y');
    expect(again?.ts).toBeDefined();
    expect(again?.ts).not.toBe(message?.ts);
  });

  test('shows foreign text in a cause without formatting', async () => {
    const causes = [{ at, text: 'pods: <!channel> & <@U0BOB>' }];
    await tell(incident('incident-three', { causes }));
    expect((await seen('incident-three'))[0]?.text).toContain(
      '&lt;!channel&gt; &amp; &lt;@U0BOB&gt;',
    );
  });
});

describe('Extend', () => {
  const hour = 3_600_000;
  const by = { user: 'U0OLIVIA', channel: 'C0GATEWAY' };
  let lease: Lease;
  let notice: Notice & { readonly event: 'lease' };
  let count = 0;
  beforeEach(async () => {
    count += 1;
    const until = Date.now() + hour + count;
    lease = { gateway: 'default', until, since: until - 8 * hour, lengthMs: 8 * hour, by };
    await kept.leases.replace('default', await kept.leases.read('default'), lease);
    notice = {
      id: `lease-default-${count}`,
      gateway: 'default',
      at: Date.now(),
      event: 'lease',
      until,
      extendMs: lease.lengthMs,
    };
    await tell(notice);
  });
  const request = async (as = 'U0OLIVIA') => {
    const [message] = await seen(notice.id);
    await slack.click('Extend by 8 h', message?.ts, as);
  };

  test('by an operator extends the lease, and the warning shows it', async () => {
    await request();
    await expect
      .poll(() => kept.leases.read('default'))
      .toMatchObject({ until: lease.until + 8 * hour, extendedBy: 'U0OLIVIA' });
    await slack.sees((message) => /Lease extended.*<@U0OLIVIA>/.test(message.text), 'U0BOB');
    expect(await seen(`default ${lease.until}`)).toEqual([]);
  });

  test('by anybody else is refused', async () => {
    await request('U0ALICE');
    await slack.sees((message) => /Only operators/.test(message.text), 'U0ALICE');
    expect(await kept.leases.read('default')).toEqual(lease);
  });

  test('on an older warning has no effect', async () => {
    const longer = { ...lease, until: lease.until + hour, extendedBy: 'U0BOB' };
    await kept.leases.replace('default', lease, longer);
    await request();
    await slack.sees((message) => /already changed by <@U0BOB>/.test(message.text));
    expect(await kept.leases.read('default')).toEqual(longer);
  });

  test('is refused once the teardown has started', async () => {
    const ending = { ...lease, ending: 'teardown-default-x' };
    await kept.leases.replace('default', lease, ending);
    await request();
    await slack.sees((message) =>
      /lease of default has ended.*teardown-default-x/.test(message.text),
    );
    expect(await kept.leases.read('default')).toEqual(ending);
  });
});

test('one of two simultaneous changes of a lease succeeds', async () => {
  const before = await kept.leases.read('default');
  const each = [1, 2].map((until) => ({
    gateway: 'default',
    until,
    since: 0,
    lengthMs: 1,
    by: { user: 'U', channel: 'C' },
  }));
  const [first, second] = await Promise.all(
    each.map((lease) => kept.leases.replace('default', before, lease)),
  );
  expect(first).not.toBe(second);
});
