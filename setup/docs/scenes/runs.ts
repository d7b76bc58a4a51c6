// Scenes of runs: the card in every state, thread notes, job list, and lock.
import { failureNote } from '../../../jobs/runs/card/run-notes.ts';
import { runCard } from '../../../jobs/runs/card/run-card.ts';
import { proofMessage } from '../../../jobs/runs/card/run-result.ts';
import { jobsMessage } from '../../../jobs/runs/jobs-view.ts';
import { provision } from '../../../jobs/provision/runbook.ts';
import { teardown } from '../../../jobs/teardown/runbook.ts';
import type { RunState, StepState } from '../../../src/engine/journal.ts';
import { type Fault, fail } from '../../../src/kernel/errors.ts';
import { lockedMessage } from '../../../src/slack/dispatch/active-run.ts';
import {
  type Chapter,
  alice,
  channel,
  endpoint,
  gateway,
  job,
  minutes,
  now,
  olivia,
  oscar,
  runId,
} from '../scene.ts';

const began = now - minutes(8);
const by = { user: olivia, channel };

const ofRun = (runbook: string, more: Partial<RunState>): RunState => ({
  request: { runId: `${runbook}-default-4f1c2a`, runbook, target: gateway, input: {}, by },
  status: 'running',
  epoch: 1,
  startedAt: began,
  lastEventAt: now,
  steps: {},
  ...more,
});

const finished = (changed = true): StepState => ({
  status: 'finished',
  changed,
  startedAt: began,
  endedAt: began + minutes(2),
});

/** The first `count` steps of the runbook in that state. */
const first = (
  steps: readonly { readonly id: string }[],
  count: number,
  state: StepState,
): Record<string, StepState> =>
  Object.fromEntries(steps.slice(0, count).map(({ id }) => [id, state]));

const busy: Fault = {
  ...fail('transient', 'busy', 'GKE: Cluster is running incompatible operation operation-17.', {
    untilDeadline: true,
    details: { waitsFor: 'operation-17' },
  }).fault,
};

const atWork = {
  ...first(provision.steps, 7, finished()),
  'enable-apis': finished(false),
  'deploy-model-server': {
    status: 'running',
    phase: 'wait',
    startedAt: now - minutes(3),
    seen: '2 of 3 pods ready; vllm-qwen-6f9c: running, not ready yet',
  },
  'deploy-inference-pool': { status: 'running', phase: 'apply', startedAt: now - minutes(1) },
  'create-apigee-environment': {
    status: 'running',
    phase: 'retry',
    attempt: 2,
    retryOf: 'apply',
    startedAt: now - minutes(4),
    retryingSince: now - minutes(2),
    fault: busy,
  },
  'install-apigee-operator': {
    status: 'running',
    phase: 'retry',
    attempt: 1,
    startedAt: now - minutes(1),
    fault: fail('transient', 'unavailable', 'helm: the chart registry answered 503.').fault,
  },
} as const satisfies Record<string, StepState>;

const denied = fail('permanent', 'denied', 'IAM: the bot may not create service accounts', {
  next: 'Grant it roles/iam.serviceAccountAdmin on the project: https://console.cloud.google.com/iam-admin/iam',
  details: { permission: 'iam.serviceAccounts.create' },
  cause: fail('permanent', 'rejected', 'HTTP 403 PERMISSION_DENIED').fault,
}).fault;

const proofs = [
  { name: 'no-key', expected: '401', status: 500, code: 'steps.raisefault.RaiseFault', ok: true },
  { name: 'wrong-key', expected: '401', status: 401, code: 'oauth.v2.InvalidApiKey', ok: true },
  { name: 'right-key', expected: '200', status: 200, code: '', ok: true },
  { name: 'over-quota', expected: '429', status: 0, code: 'not_exercised', ok: true },
];
const proven = { endpoint, proofs };
const ready = (changed: boolean): Record<string, StepState> => ({
  ...first(provision.steps, provision.steps.length, finished(changed)),
  'prove-protection': { ...finished(), output: proven },
});

const gone = (stays: readonly string[], changed = true): Record<string, StepState> => ({
  ...first(teardown.steps, teardown.steps.length, finished(changed)),
  'prove-nothing-left': { ...finished(), output: { left: 0, stays: [...stays] } },
});

const cancelled: Record<string, StepState> = {
  ...first(provision.steps, 3, finished()),
  'create-cluster': {
    status: 'cancelled',
    applied: true,
    phase: 'wait',
    startedAt: began,
    seen: 'the cluster is PROVISIONING',
  },
  'create-apigee-environment': { status: 'cancelled', applied: true, phase: 'apply' },
  'prepare-apigee-identity': { status: 'cancelled', applied: true, phase: 'apply' },
};

const card = (title: string, when: string, given: RunState) => ({
  title,
  when,
  message: runCard(given.request.runbook === 'teardown' ? teardown : provision, given),
});

const endedAt = now;

export const runScenes: Chapter = {
  title: 'Runs',
  scenes: [
    card('Card, queued', 'the run was accepted', ofRun('provision', { status: 'requested' })),
    card(
      'Card, choosing a step',
      'no step has started',
      ofRun('provision', { steps: first(provision.steps, 2, finished()) }),
    ),
    card('Card, running', 'steps run, wait and retry', ofRun('provision', { steps: atWork })),
    card(
      'Card, stopping',
      'a person cancelled the run',
      ofRun('provision', {
        status: 'cancelling',
        steps: atWork,
        cancelledBy: { user: alice, channel },
      }),
    ),
    card(
      'Card, cancelled',
      'the run has stopped',
      ofRun('provision', {
        status: 'cancelled',
        steps: cancelled,
        cancelledBy: { user: alice, channel },
        endedAt,
      }),
    ),
    card(
      'Card, failed',
      'a step failed',
      ofRun('provision', {
        status: 'failed',
        steps: {
          ...first(provision.steps, 6, finished()),
          'prepare-apigee-identity': {
            status: 'failed',
            fault: denied,
            startedAt: began,
            endedAt: began + minutes(1),
          },
        },
        endedAt,
      }),
    ),
    card(
      'Card, ready',
      'a provisioning run succeeded',
      ofRun('provision', {
        status: 'succeeded',
        steps: ready(true),
        endedAt,
        epoch: 2,
        approval: { id: 'a', by: { user: oscar, channel } },
        resumed: { step: 'create-cluster', afterMs: 4_000, at: now },
      }),
    ),
    card(
      'Card, ready without changes',
      'a provisioning run found nothing to change',
      ofRun('provision', {
        status: 'succeeded',
        steps: {
          ...ready(false),
          'prove-protection': { ...finished(false), output: proven },
        },
        endedAt,
      }),
    ),
    card(
      'Card, teardown running',
      'a teardown run deletes the cluster',
      ofRun('teardown', {
        steps: {
          ...first(teardown.steps, 5, finished()),
          'undo-create-route': finished(false),
        },
      }),
    ),
    card(
      'Card, torn down',
      'a teardown run succeeded',
      ofRun('teardown', {
        status: 'succeeded',
        steps: gone(['Apigee environment apim-op-env (not created by llmgw)', 'App ci of alice']),
        endedAt,
      }),
    ),
    card(
      'Card, nothing to tear down',
      'a teardown run found nothing',
      ofRun('teardown', {
        status: 'succeeded',
        steps: {
          ...gone([], false),
          'prove-nothing-left': { ...finished(false), output: { left: 0, stays: [] } },
        },
        endedAt,
      }),
    ),
    {
      title: 'Note, a step failed',
      when: 'in the thread of the card',
      message: failureNote({
        runId,
        title: 'Prepare Apigee operator identity',
        fault: denied,
        tookMs: minutes(1),
        lastSeen: 'the service account apigee-operator does not exist',
      }),
    },
    {
      title: 'Note, protection verified',
      when: 'in the thread of the card',
      message: proofMessage(proven),
    },
    {
      title: 'Jobs',
      when: '`/llmgw jobs`',
      message: jobsMessage(
        {
          running: [{ id: runId, name: 'provision', status: 'running', by, at: began }],
          queued: [{ id: 'ask-1', name: 'ask', status: 'queued', by: undefined, at: now }],
          recent: [
            { id: 'key-2', name: 'key', status: 'succeeded', by, at: began, endedAt: now },
            {
              id: 'teardown-default-1',
              name: 'teardown',
              status: 'failed',
              by: { user: alice, channel: alice },
              at: began,
              endedAt: now,
            },
          ],
        },
        job,
        now,
      ),
    },
    {
      title: 'Jobs, none',
      when: '`/llmgw jobs`, and nothing has run',
      message: jobsMessage({ running: [], queued: [], recent: [] }, job, now),
    },
    {
      title: 'Gateway locked',
      when: '`/llmgw provision` during a run',
      message: lockedMessage(ofRun('provision', { steps: atWork }), job),
    },
  ],
};
