// Audit coverage: every command, action and modal has an entry or a listed exception.
import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type AuditEntry, createAuditTrail } from '../../../src/kernel/audit-trail.ts';
import { connectRedis } from '../../../src/kernel/redis.ts';
import { handlers } from '../../../jobs/index.ts';
import { quiet, redisUrl } from '../../support/engine.ts';
import { type TestWorkspace, openWorkspace } from '../../slack/open-workspace.ts';
import { commandBody, signed } from '../../slack/signed-command.ts';

const alice = 'U0ALICE';

/** Read-only commands need no entry; the content of questions is private. */
const unrecordedCommands = ['help', 'jobs', 'ask'];

/** Full command lines, for commands whose bare name does nothing. */
const typedAs: Readonly<Record<string, string>> = {
  ask: 'ask Hello?',
  notify: 'notify here',
  quota: 'quota set 20/minute',
  teardown: 'teardown default --confirm default',
  key: 'key rotate --overlap 1h',
};

/** They open a modal, dismiss a question, or concern a prompt: the next action has the entry. */
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

/** The command that one of them runs is recorded; the other holds a prompt. */
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

test('commands without an audit entry change nothing, or ask a question', () => {
  for (const name of unrecordedCommands) {
    const command = handlers.commands.find((one) => one.name === name) ?? expect.fail(name);
    expect(command.permission).toBe('anyone');
    if (name !== 'ask') expect(command.hasEffect).toBe(false);
  }
});

test.each(recorded)(
  'the command $name has an audit entry with user, name, text and source',
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

test('every button has an audit entry or a listed exception', () => {
  const silent = [...handlers.actions].filter(([, { isAudited }]) => !isAudited);
  expect(silent.map(([action]) => action).toSorted()).toEqual(unrecordedButtons.toSorted());
});

const audited = [...handlers.actions].flatMap(([action, { isAudited }]) =>
  isAudited ? [action] : [],
);

test.each(audited)('the button %s writes an audit entry', async (action) => {
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

test('a refused action has an audit entry for every button', async () => {
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

test('every modal has an audit entry or a listed exception', () => {
  const silent = [...handlers.submissions].filter(([, form]) => form.audits === undefined);
  expect(silent.map(([callback]) => callback).toSorted()).toEqual(unrecordedForms.toSorted());
});
