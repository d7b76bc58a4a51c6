// Whatever a person can type, press or submit is on record, or is named here as what needs no record: nothing new is forgotten.
import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type AuditEntry, createAuditTrail } from '../../../src/kernel/audit-trail.ts';
import { connectRedis } from '../../../src/kernel/redis.ts';
import { handlers } from '../../../jobs/index.ts';
import { quiet, redisUrl } from '../../support/engine.ts';
import { type TestWorkspace, openWorkspace } from '../../slack/open-workspace.ts';
import { commandBody, signed } from '../../slack/signed-command.ts';

const alice = 'U0ALICE';

/** They only read, and whoever may use them may do so unseen; what people ask is theirs. */
const unrecordedCommands = ['help', 'jobs', 'ask'];

/** What each command is typed as where its bare name is not enough to do something. */
const typedAs: Readonly<Record<string, string>> = {
  ask: 'ask Hello?',
  notify: 'notify here',
  quota: 'quota set 20/minute',
  teardown: 'teardown default --confirm default',
  key: 'key rotate --overlap 1h',
};

/** They open a window, dismiss a question, or concern what people ask: what follows has an entry of its own. */
const unrecordedButtons = [
  'run.dismiss',
  'key.keep',
  'teardown.open',
  'ask.write',
  'ask.more',
  'ask.edit',
  'ask.stop',
  'ask.retry',
  'ask.later',
  'ask.own-model',
  'quota.request',
  'home.refresh',
  'home.quota',
  'approval.decline',
];

/** The command that one of them types is kept; the other holds what people ask. */
const unrecordedForms = ['quota.set', 'ask.submit'];

let slack: TestWorkspace;
const redis = connectRedis(redisUrl());
let read: () => Promise<AuditEntry[]>;
beforeAll(async () => {
  slack = await openWorkspace();
  const { prefix, redactor } = slack;
  const trail = createAuditTrail({ redis, prefix, redactor, log: quiet });
  read = () => trail.read({ last: 500 });
});
afterAll(async () => {
  await slack.close();
  await redis.quit();
});

const deliver = async (body: string): Promise<void> => {
  const response = await fetch(`${slack.botUrl}/slack/events`, signed(body));
  expect(response.status).toBe(200);
};

const onRecord = (desired: Partial<AuditEntry>) =>
  expect
    .poll(read, { timeout: 5_000 })
    .toContainEqual(expect.objectContaining({ who: alice, channel: 'C0GATEWAY', ...desired }));

const recorded = handlers.commands.filter(({ name }) => !unrecordedCommands.includes(name));

test('commands that need no record are such as change nothing, or ask', () => {
  for (const name of unrecordedCommands) {
    const command = handlers.commands.find((one) => one.name === name) ?? expect.fail(name);
    expect(command.permission).toBe('anyone');
    if (name !== 'ask') expect(command.hasEffect).toBe(false);
  }
});

test.each(recorded)(
  'the command $name is on record, with who, what, from where and how',
  async (command) => {
    const { name, permission } = command;
    const text = typedAs[name] ?? name;
    await deliver(commandBody({ text, user_id: alice, trigger_id: `t.${randomUUID()}` }));
    const isRefused = permission === 'operator' || name === 'quota';
    await onRecord({
      what: expect.stringMatching(new RegExp(`^${name}(\\.|$)`)) as string,
      said: text,
      via: 'slash',
      ...(isRefused ? { outcome: 'refused', why: expect.stringContaining('operators') } : {}),
    });
  },
);

test('a new button is audited, or named here', () => {
  const silent = [...handlers.actions].filter(([, { isAudited }]) => !isAudited);
  expect(silent.map(([action]) => action).toSorted()).toEqual(unrecordedButtons.toSorted());
});

const audited = [...handlers.actions].flatMap(([action, { isAudited }]) =>
  isAudited ? [action] : [],
);

test.each(audited)('the button %s is on record when it is pressed', async (action) => {
  const value = `default ${alice} llmgw-default`;
  const payload = JSON.stringify({
    type: 'block_actions',
    user: { id: alice },
    team: { id: 'T0SANDBOX' },
    channel: { id: 'C0GATEWAY' },
    actions: [{ type: 'button', action_id: action, block_id: 'b', value, action_ts: randomUUID() }],
  });
  await deliver(new URLSearchParams({ payload }).toString());
  await onRecord({ what: action, on: value, via: 'click', job: expect.any(String) as string });
});

test('what somebody is refused is on record whatever the button', async () => {
  const value = 'teardown-default-x default without-apps';
  const payload = JSON.stringify({
    type: 'block_actions',
    user: { id: alice },
    team: { id: 'T0SANDBOX' },
    channel: { id: 'C0GATEWAY' },
    actions: [
      { type: 'button', action_id: 'teardown.open', block_id: 'b', value, action_ts: randomUUID() },
    ],
  });
  await deliver(new URLSearchParams({ payload }).toString());
  await onRecord({
    what: 'teardown.open',
    outcome: 'refused',
    why: expect.stringContaining('Only operators') as string,
  });
});

test('a new form is audited, or named here', () => {
  const silent = [...handlers.submissions].filter(([, form]) => form.audits === undefined);
  expect(silent.map(([callback]) => callback).toSorted()).toEqual(unrecordedForms.toSorted());
});
