// Starts and retries of runs: operator lookups and approval checks.
import { quiet } from '../../support/engine.ts';
import type { Lease } from '../../../src/gateway/runs.ts';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { Question } from '../../../jobs/approvals/questions.ts';
import { createAdmission } from '../../../jobs/approvals/admission.ts';
import type { JournalEvent, RunRequest } from '../../../src/engine/journal.ts';
import { replay } from '../../../src/engine/run-state.ts';
import type { RunStart } from '../../../src/engine/worker-options.ts';
import { createApprovals } from '../../../jobs/approvals/store.ts';
import { createWatchStore } from '../../../jobs/health/watch/store.ts';
import { type TestWorkspace, markOf, openWorkspace } from '../../slack/open-workspace.ts';

const operators = 'U0OLIVIA,U0BOB,S0OPERATORS';
const olivia = { user: 'U0OLIVIA', channel: 'C0GATEWAY' };
const bob = { user: 'U0BOB', channel: 'U0BOB' };
const nadia = { user: 'U0NADIA', channel: 'C0GATEWAY' };
const hour = 3_600_000;

let slack: TestWorkspace;
async function open(requiresApproval: string): Promise<void> {
  slack = await openWorkspace({
    operators,
    requiresApproval,
    gateways: 'staging:\n  NODE_COUNT: 1\n',
  });
  slack.userGroups[0]?.users.push(nadia.user);
}
afterEach(() => slack.close());

function leaveGroup(): void {
  const [group = expect.fail()] = slack.userGroups;
  group.users = group.users.filter((user) => user !== nadia.user);
}

const said = (words: string, as = 'U0OLIVIA') =>
  slack.sees((each) => each.text.includes(words), as);

/** A run of `staging` that was cancelled this long ago. */
async function cancelled(request: Partial<RunRequest>, agoMs: number): Promise<RunRequest> {
  const runbook = request.runbook ?? 'teardown';
  const runId = `${runbook}-staging-1`;
  const run = { runId, runbook, target: 'staging', input: {}, by: olivia, ...request };
  const at = Date.now() - agoMs;
  const created = await slack.store.create(run, at);
  if (created.outcome !== 'created') throw new Error(created.outcome);
  const events: JournalEvent[] = [
    { at, type: 'cancel_requested', by: olivia, requestId: 'x' },
    { at, type: 'run_cancelled' },
  ];
  let { record } = created;
  for (const event of events) {
    const appended = await slack.store.append(record, event);
    if (appended.outcome !== 'appended') throw new Error(appended.outcome);
    ({ record } = appended);
  }
  return run;
}

describe('without two-person approval', () => {
  beforeEach(() => open(''));

  test.each(['provision staging --yes', 'teardown staging --confirm staging', 'audit'])(
    'an operator who just left the group cannot run `%s`',
    async (typed) => {
      await slack.command('/llmgw plan staging', nadia.user);
      await said('Planning staging', nadia.user);
      leaveGroup();
      await slack.command(`/llmgw ${typed}`, nadia.user);
      await said('Only operators can do this', nadia.user);
      expect(await slack.startedInputs()).toEqual([]);
    },
  );

  test('a starter who is no longer an operator cannot retry the run', async () => {
    const { runId } = await cancelled({ by: nadia }, 1_000);
    await slack.command('/llmgw plan staging', nadia.user);
    leaveGroup();
    await slack.command(`/llmgw retry ${runId}`, nadia.user);
    const seen = await said('Only operators can do this', nadia.user);
    expect(markOf(seen)).toMatch(/^llmgw\.outcome:refused:/);
  });

  test('a run that was cancelled more than 24 hours ago is not retried', async () => {
    const { runId } = await cancelled({}, 25 * hour);
    await slack.command(`/llmgw retry ${runId}`);
    const seen = await said('can be retried for 24 hours');
    expect(seen.text).toContain('/llmgw teardown --gateway staging');
  });

  test('a run that was cancelled less than 24 hours ago is retried', async () => {
    const { runId } = await cancelled({}, 23 * hour);
    await slack.command(`/llmgw retry ${runId}`);
    await said('Retrying run');
  });
});

describe('with `LLMGW_TWO_PERSON=teardown`', () => {
  beforeEach(() => open('teardown'));
  const lease = (untilMs: number): Lease => ({
    gateway: 'staging',
    until: Date.now() + untilMs,
    since: 0,
    lengthMs: hour,
    by: olivia,
  });

  test.each<[string, Lease | undefined, boolean]>([
    ['a lease on a gateway without one asks the approver', undefined, true],
    ['a shorter lease asks the approver', lease(2 * hour), true],
    ['a longer lease starts without approval', lease(hour / 2), false],
    [
      'a lease that replaces an ended one asks the approver',
      { ...lease(-hour), ending: 'teardown-1' },
      true,
    ],
  ])('%s', async (_what, standing, asks) => {
    const { leases } = createWatchStore(slack.redis, slack.prefix, quiet);
    await leases.replace('staging', undefined, standing);
    await slack.command('/llmgw provision staging --for 1h --yes');
    await said(asks ? 'Nothing starts before you approve the plan.' : 'Provisioning staging: run');
    expect(await slack.startedInputs()).toHaveLength(asks ? 0 : 1);
    const plans = await slack.payloads('plan');
    expect(plans).toHaveLength(asks ? 1 : 0);
    if (asks) expect(plans).toMatchObject([{ isRequested: true, options: { leaseMs: hour } }]);
  });

  test('a retry is checked by a job, and starts nothing before an approval', async () => {
    const { runId } = await cancelled({}, 1_000);
    await slack.command(`/llmgw retry ${runId}`);
    await said('another operator must approve the retry');
    expect(await slack.payloads('retry-look')).toMatchObject([{ runId, gateway: 'staging' }]);
  });
});

describe('the start of a run', () => {
  beforeEach(() => open('provision,teardown'));
  const runId = 'teardown-staging-1';
  const request: RunRequest = {
    runId,
    runbook: 'teardown',
    target: 'staging',
    input: {},
    by: olivia,
  };
  const question = (by: Question['request']['by']): Question['request'] => ({
    kind: 'teardown',
    id: 'question',
    gateway: 'staging',
    by,
    hash: 'h',
    runId,
    removeApps: false,
    goes: [],
    summary: [],
  });

  /** @returns the code of the refusal. */
  async function admitted(given: {
    readonly start?: Partial<RunStart>;
    readonly asked?: Partial<Question['request']>;
    readonly decision?: Partial<NonNullable<Question['decision']>>;
  }): Promise<string | undefined> {
    const approvals = createApprovals(slack.redis, slack.prefix, quiet);
    const { leases } = createWatchStore(slack.redis, slack.prefix, quiet);
    const { permissions } = slack.slackNotifier;
    const requiresApproval = ['provision', 'teardown'];
    const { admit } = createAdmission({ requiresApproval, permissions, approvals, leases });
    const asked = { ...question(olivia), ...given.asked } as Question['request'];
    await approvals.open(asked, Date.now() + hour);
    const decision = { by: bob.user, verdict: 'approved', at: Date.now(), ...given.decision };
    await approvals.decide('question', decision as NonNullable<Question['decision']>);
    const approval = { id: 'question', by: { user: decision.by, channel: decision.by } };
    const start = { request, by: olivia, approval, ended: undefined, ...given.start };
    return (await admit(start))?.code;
  }

  test('an approval of another operator for exactly this run admits it', async () => {
    expect(await admitted({})).toBeUndefined();
  });

  test.each<[string, Parameters<typeof admitted>[0], string]>([
    ['no approval', { start: { approval: undefined } }, 'needs_approval'],
    ['an unknown question', { start: { approval: { id: 'none', by: bob } } }, 'needs_approval'],
    ['a denied question', { decision: { verdict: 'denied' } }, 'needs_approval'],
    ['an approval of another run', { asked: { runId: 'teardown-staging-2' } }, 'needs_approval'],
    ['an approval of another gateway', { asked: { gateway: 'default' } }, 'needs_approval'],
    ['an approval of another runbook', { asked: { kind: 'provision' } }, 'needs_approval'],
    [
      'an approval older than an hour',
      { decision: { at: Date.now() - 2 * hour } },
      'needs_approval',
    ],
    ['the requester’s own approval', { decision: { by: olivia.user } }, 'needs_approval'],
    [
      'an approval by somebody who is not an operator',
      { decision: { by: 'U0ALICE' } },
      'needs_approval',
    ],
    ['a question of another requester', { asked: { by: nadia } }, 'needs_approval'],
    [
      'an approval attributed to another operator',
      { start: { approval: { id: 'question', by: nadia } } },
      'needs_approval',
    ],
    [
      'a requester who is not an operator',
      { start: { by: { ...olivia, user: 'U0ALICE' } } },
      'not_operator',
    ],
  ])('%s does not admit it', async (_what, given, code) => {
    expect(await admitted(given)).toBe(code);
  });

  test('an approver who left the group after the decision does not count', async () => {
    expect(await admitted({ decision: { by: nadia.user } })).toBeUndefined();
    leaveGroup();
    expect(await admitted({ decision: { by: nadia.user } })).toBe('needs_approval');
  });

  test('a retry of a run that was cancelled long ago is not admitted', async () => {
    const at = Date.now() - 25 * hour;
    const ended = replay([
      { at, type: 'run_requested', request },
      { at, type: 'cancel_requested', by: olivia, requestId: 'x' },
      { at, type: 'run_cancelled' },
    ]);
    expect(await admitted({ start: { ended } })).toBe('retry_expired');
  });

  test('a start for a lease needs a lease that names the run', async () => {
    const start = { request: { ...request, origin: 'lease' as const } };
    expect(await admitted({ start })).toBe('lease_changed');
    const { leases } = createWatchStore(slack.redis, slack.prefix, quiet);
    const ending: Lease = {
      gateway: 'staging',
      until: 1,
      since: 0,
      lengthMs: 1,
      by: olivia,
      ending: runId,
    };
    await leases.replace('staging', undefined, ending);
    expect(await admitted({ start })).toBe('needs_approval');
    await leases.replace('staging', ending, { ...ending, approvedBy: bob });
    expect(await admitted({ start })).toBeUndefined();
  });
});
