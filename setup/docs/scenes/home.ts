// Scenes of Home: gateways in each state, keys, quota, approvals, and read failures.
import type { GatewayHome } from '../../../jobs/home/report.ts';
import { type HomePage, homeBlocks, homeTrouble } from '../../../jobs/home/view.ts';
import type { KeyApp } from '../../../jobs/keys/notifier.ts';
import { fail } from '../../../src/kernel/errors.ts';
import { describeOperators } from '../../../src/slack/people/authorize.ts';
import { mrkdwn } from '../../../src/slack/messages/mrkdwn.ts';
import { quotaRequest } from './approvals.ts';
import { status } from './health.ts';
import { weekReport } from './quota.ts';
import {
  type Chapter,
  type Scene,
  alice,
  channel,
  gateway,
  hours,
  minutes,
  now,
  olivia,
  runId,
} from '../scene.ts';

const app: KeyApp = {
  app: 'llmgw-default',
  isMadeHere: true,
  isWorking: true,
  rows: [
    {
      masked: '••••1a2b',
      state: 'usable',
      issuedAt: now - hours(48),
      expiresAt: undefined,
      revokedBy: undefined,
    },
  ],
};
const usable = app.rows[0];
const newApp: KeyApp = {
  ...app,
  rows: usable === undefined ? [] : [{ ...usable, issuedAt: now - minutes(1) }],
};
const revokedApp: KeyApp = {
  ...app,
  isWorking: false,
  rows: usable === undefined ? [] : [{ ...usable, state: 'revoked', revokedBy: olivia }],
};
const away = fail('transient', 'unavailable', 'Apigee did not answer in time').fault;
const noGateway = fail('refused', 'no_gateway', 'There is no gateway').fault;

const home: GatewayHome = {
  gateway,
  status: { found: status },
  activeRun: undefined,
  apps: { found: [app] },
  quota: { found: weekReport },
};

const page = (more: Partial<HomePage>): HomePage => ({
  user: alice,
  isOperator: false,
  operators: describeOperators([olivia, channel, 'S0OPS']),
  gateways: [{ name: gateway, home, card: undefined }],
  readAt: now,
  lookingSince: undefined,
  notice: undefined,
  waiting: [],
  now,
  ...more,
});

const scene = (title: string, when: string, more: Partial<HomePage>): Scene => ({
  title,
  when,
  home: homeBlocks(page(more)),
});

const ofState = (title: string, when: string, more: Partial<GatewayHome>, isOperator: boolean) =>
  scene(title, when, {
    isOperator,
    user: isOperator ? olivia : alice,
    gateways: [{ name: gateway, home: { ...home, ...more }, card: undefined }],
  });

const state = (given: Partial<typeof status>): Pick<GatewayHome, 'status'> => ({
  status: { found: { ...status, ...given } },
});
const absent: Partial<GatewayHome> = {
  ...state({ state: 'absent', lastRun: undefined }),
  apps: { found: [] },
  quota: { fault: noGateway },
};
const degraded = state({ state: 'degraded', cause: 'The route is missing from the cluster.' });
const unknown = state({ state: 'unknown', cause: 'GKE did not answer in time.' });
const run = { id: runId, runbook: 'provision', by: { user: olivia, channel }, since: now };

export const homeScenes: Chapter = {
  title: 'Home',
  scenes: [
    scene('First opened', 'nothing was read yet', {
      gateways: [{ name: gateway, home: undefined, card: undefined }],
      readAt: undefined,
      lookingSince: now,
    }),
    scene('No gateways', 'nothing is configured', { gateways: [] }),
    ofState('Ready', 'a person with a key', {}, false),
    ofState('Ready, for operators', 'an operator with a key', {}, true),
    ofState('Degraded', 'a part is missing', degraded, false),
    ofState('Degraded, for operators', 'a part is missing', degraded, true),
    ofState('Absent', 'the gateway does not exist', absent, false),
    ofState('Absent, for operators', 'the gateway does not exist', absent, true),
    ofState('Unknown', 'Google Cloud does not answer', unknown, false),
    ofState(
      'Status cannot be read',
      'Google Cloud does not answer',
      { status: { fault: away }, apps: { fault: away }, quota: { fault: away } },
      false,
    ),
    ofState('Run active', 'a run provisions the gateway', { activeRun: run }, false),
    scene('Run active, for operators', 'a run provisions the gateway', {
      user: olivia,
      isOperator: true,
      gateways: [
        {
          name: gateway,
          home: { ...home, activeRun: { ...run, runbook: 'teardown' } },
          card: 'https://example.slack.com/archives/C0GATEWAY/p1',
        },
      ],
    }),
    ofState(
      'Torn down',
      'the last run tore the gateway down',
      {
        ...absent,
        ...state({
          state: 'absent',
          lastRun: { id: 'teardown-1', runbook: 'teardown', status: 'succeeded', at: now },
        }),
      },
      true,
    ),
    ofState(
      'Last run failed',
      'an operator can retry it',
      state({
        state: 'degraded',
        cause: 'The route is missing from the cluster.',
        lastRun: { id: runId, runbook: 'provision', status: 'failed', at: now },
      }),
      true,
    ),
    ofState(
      'With a lease',
      'the gateway has a lease',
      state({ lease: { until: now + hours(8) } }),
      false,
    ),
    ofState(
      'Lease over',
      'a run tears the gateway down',
      state({ lease: { until: now, ending: 'teardown-default-4f1c2a' } }),
      false,
    ),
    ofState('No key', 'the person has no key', { apps: { found: [] } }, false),
    ofState('New key', 'the key was issued a minute ago', { apps: { found: [newApp] } }, false),
    ofState('Revoked key', 'the only key is revoked', { apps: { found: [revokedApp] } }, false),
    ofState(
      'Many apps',
      'more apps than Home shows',
      { apps: { found: [app, app, app, app, app] } },
      false,
    ),
    scene('Approvals', 'questions wait for an operator', {
      user: olivia,
      isOperator: true,
      gateways: [],
      waiting: [{ request: quotaRequest, until: now + hours(72), decision: undefined }],
    }),
    scene('After an action', 'a button on Home was pressed', {
      gateways: [],
      notice: { text: mrkdwn`Asking the operators for more quota.`, at: now },
    }),
    {
      title: 'Home cannot be read',
      when: 'Redis does not answer',
      home: homeTrouble(fail('transient', 'store_down', 'The store does not answer').fault, now),
    },
  ],
};
