// Commands in messages: for a gateway other than `default`, each names it.
import { lockedMessage } from '../../src/slack/dispatch/active-run.ts';
import type { GatewayPlan } from '../../jobs/provision/notifier.ts';
import type { GatewayStatus } from '../../jobs/health/status/notifier.ts';
import type { KeyReveal } from '../../jobs/keys/notifier.ts';
import { describe, expect, test } from 'vitest';
import { guidance, guidanceText, slashCommand } from '../../src/kernel/guidance.ts';
import { commandFor } from '../../src/kernel/named-commands.ts';
import type { Notice } from '../../jobs/health/watch/notices.ts';
import type { QuotaReport } from '../../jobs/quota/usage/report.ts';
import { notMore } from '../../jobs/quota/quota-request.ts';
import { noGateway } from '../../src/gateway/endpoint.ts';
import { type Fault, errorKinds, fail, faultAbout } from '../../src/kernel/errors.ts';
import type { RunState } from '../../src/engine/journal.ts';
import { handlers } from '../../jobs/index.ts';
import { faultMessage } from '../../src/slack/messages/fault.ts';
import { keyModal, maskedKeyMessage } from '../../jobs/keys/view.ts';
import { noticeMessage } from '../../jobs/health/watch/view.ts';
import { planMessage } from '../../jobs/provision/plan-view.ts';
import { quotaMessage } from '../../jobs/quota/view.ts';
import { quotaWarningMessage } from '../../jobs/quota/request-view.ts';
import { runCard } from '../../jobs/runs/card/run-card.ts';
import { statusMessage } from '../../jobs/health/status/view.ts';
import { gatewaysIn, printedCommands } from '../support/printed-commands.ts';
import { spoken } from '../../src/slack/messages/mrkdwn.ts';

const gateway = 'staging';
const job = 'job-1';
const by = { user: 'U0OLIVIA', channel: 'C0GATEWAY' };

/** At least this many commands are about a gateway, and all of them name this one. */
function expectNamed(shown: unknown, least = 1): void {
  const found = gatewaysIn(shown);
  expect(Object.keys(found).length).toBeGreaterThanOrEqual(least);
  expect(Object.entries(found).filter(([, one]) => one !== gateway)).toEqual([]);
}

const forms: Readonly<Record<string, readonly string[]>> = {
  status: ['status'],
  key: ['key', 'key list', 'key rotate ci --expires 30d', 'key --app "my app"', 'key list @them'],
  ask: ['ask', 'ask PROMPT', 'ask --private What is this?'],
  quota: ['quota', 'quota --week', 'quota set 20/minute', 'quota request 20/minute for a demo'],
  doctor: ['doctor'],
  plan: ['plan', 'plan --nodes 2'],
  provision: ['provision', 'provision --for 8h --yes', `provision ${gateway} --quota 5/minute`],
  teardown: ['teardown', `teardown ${gateway} --confirm ${gateway}`],
};

describe('a command', () => {
  const about = handlers.commands.filter(({ options }) => options['gateway'] !== undefined);

  test.each(about.map(({ name }) => name))('`%s` names the gateway in its own grammar', (name) => {
    const typed = forms[name] ?? [];
    expect(typed.length).toBeGreaterThan(0);
    for (const command of typed) {
      expectNamed(`\`/llmgw ${commandFor(command, gateway)}\``);
      expectNamed(guidanceText(guidance`Type ${slashCommand(command)}.`, gateway));
      expect(commandFor(command, 'default')).toBe(command);
    }
  });

  test('of another kind stays unchanged', () => {
    const others = handlers.commands.filter(({ options }) => options['gateway'] === undefined);
    for (const { name } of others) expect(commandFor(name, gateway)).toBe(name);
    expect(commandFor('help ask', gateway)).toBe('help ask');
  });
});

const status: GatewayStatus = {
  gateway,
  state: 'ready',
  cause: undefined,
  endpoint: 'http://127.9.9.9:8080',
  model: 'm',
  pods: { ready: 1, desired: 1 },
  provenAt: 1,
  keys: 1,
  lease: undefined,
  lastRun: undefined,
};

const report: QuotaReport = {
  gateway,
  user: 'U0ALICE',
  isOwn: true,
  app: undefined,
  limit: 5,
  quota: '5 requests per minute',
  shownByApigee: '9 per minute',
  used: [],
  sent: { problem: 'no statistics' },
};

const reveal: KeyReveal = {
  gateway,
  app: 'llmgw-staging.ci',
  consumerKey: 'the-key',
  endpoint: undefined,
  model: 'm',
  quota: '5 requests per minute',
  issuedAt: undefined,
  expiresAt: undefined,
  isNew: true,
  isEndKept: true,
};

const plan: GatewayPlan = {
  gateway,
  hash: '0123456789abcdef',
  covers: { config: 'c', due: {} },
  verdict: 'blocked',
  steps: [
    {
      id: 'check-project',
      title: 'Check project',
      action: 'blocked',
      why: 'It is not there',
      next: guidance`Run ${slashCommand('teardown')}, then ${slashCommand('provision')}.`,
    },
  ],
  expectedMs: 1,
  cost: { lines: [], usd: 1, unpriced: [], asOf: '2025-01-15', region: 'r', source: 'https://x' },
  desired: [],
  activeRun: undefined,
};

const run = (more: Partial<RunState>): RunState => ({
  request: { runId: 'provision-staging-1', runbook: 'provision', target: gateway, input: {}, by },
  status: 'failed',
  epoch: 1,
  startedAt: 1,
  lastEventAt: 2,
  steps: {},
  ...more,
});

const step = {
  id: 'create-gateway',
  title: 'Create load balancer',
  needs: [],
  kind: 'make',
  expectMs: 1,
} as const;
const outline = { name: 'provision', title: 'Provision', steps: [step] };
const next = guidance`Run ${slashCommand('provision')}.`;
const fault = fail('permanent', 'not_found', 'gone', { next }).fault;

describe('a message about a gateway', () => {
  test.each(['ready', 'degraded', 'provisioning', 'absent', 'unknown'] as const)(
    'that shows its status `%s` names it in every command',
    (state) => expectNamed(statusMessage({ ...status, state }, job)),
  );

  test('that shows its quota names it in every command', () => {
    expectNamed(quotaMessage(report, { picture: undefined, offersChart: false }, job), 3);
    const warning = { gateway, app: 'ci', limit: 5, window: 'minute', used: 4, resetsAt: 1 };
    expectNamed(quotaWarningMessage(warning));
  });

  test('that shows a key names it in every command', () => {
    expectNamed(keyModal(reveal, job), 2);
    expectNamed(maskedKeyMessage(reveal, job), 0);
  });

  test('that shows a plan names it in every command', () => {
    expectNamed(planMessage(plan, { asks: true }, job), 2);
  });

  test('that shows a failed run names it in every command', () => {
    const failed = { [step.id]: { status: 'failed', fault } } as const;
    expectNamed(runCard(outline, run({ steps: failed })));
  });

  test.each<[string, Notice]>([
    ['ready', { id: 'n', gateway, at: 1, event: 'ready', run: 'r' }],
    ['gone', { id: 'n', gateway, at: 1, event: 'gone', run: undefined }],
    ['lapsed', { id: 'n', gateway, at: 1, event: 'lease', until: 1, extendMs: 1, lapsed: fault }],
    [
      'degraded',
      {
        id: 'n',
        gateway,
        at: 1,
        event: 'degraded',
        causes: [{ at: 1, text: guidance`see ${slashCommand('doctor')}` }],
      },
    ],
  ])('that reports `%s` names it in every command', (_event, notice) => {
    expectNamed(noticeMessage(notice));
  });

  test('that shows the active run names the run to cancel', () => {
    const shown = lockedMessage(run({ status: 'running' }), job);
    expect(printedCommands(shown)).toEqual(['cancel provision-staging-1']);
  });
});

describe('a fault of a gateway', () => {
  test.each(errorKinds)('of the kind %s names the gateway in every command', (kind) => {
    const given = fail(kind, 'denied', 'It failed').fault;
    expectNamed(faultMessage(faultAbout(given, gateway), job), 0);
    const named = fail(kind, 'denied', 'It failed', {
      next: guidance`Type ${slashCommand('quota')}, ${slashCommand('ask PROMPT')} or ${slashCommand('key')}.`,
    }).fault;
    expectNamed(faultMessage(faultAbout(named, gateway), job), 3);
  });

  test('that an earlier version stored is shown unchanged', () => {
    const kept: Fault = {
      kind: 'invalid',
      code: 'no_key',
      message: 'None',
      next: 'See `/llmgw key`.',
    };
    const { text } = faultMessage(faultAbout(kept, gateway), job);
    expect(spoken(text)).toContain('Next: See /llmgw key.');
  });

  test('caused by its absence names it', () => {
    expectNamed(faultMessage(faultAbout(noGateway(gateway).fault, gateway), job));
  });

  test('caused by a request for no more quota names it', () => {
    const quota = { limit: 5, interval: 1, timeUnit: 'minute' } as const;
    const shown = (given: Fault | undefined) => given && faultMessage(given, job);
    expectNamed(shown(notMore(gateway, quota, quota)));
    expectNamed(shown(notMore(gateway, { ...quota, limit: 1 }, quota)));
  });
});
