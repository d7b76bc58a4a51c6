// Scenes of status, diagnosis and notices.
import type { Diagnosis } from '../../../jobs/health/doctor/notifier.ts';
import { doctorMessage } from '../../../jobs/health/doctor/view.ts';
import type { GatewayStatus } from '../../../jobs/health/status/notifier.ts';
import { statusMessage } from '../../../jobs/health/status/view.ts';
import { type Notice, noticeEvents } from '../../../jobs/health/watch/notices.ts';
import {
  eventLines,
  extendedText,
  noticeInstead,
  noticeMessage,
} from '../../../jobs/health/watch/view.ts';
import type { Cause } from '../../../src/gateway/observation.ts';
import { fail } from '../../../src/kernel/errors.ts';
import { guidance, slashCommand } from '../../../src/kernel/guidance.ts';
import { say } from '../../../src/slack/messages/message.ts';
import {
  type Chapter,
  type Scene,
  channel,
  endpoint,
  gateway,
  hours,
  job,
  minutes,
  model,
  now,
  olivia,
  runId,
} from '../scene.ts';

export const status: GatewayStatus = {
  gateway,
  state: 'ready',
  cause: undefined,
  endpoint,
  model,
  pods: { ready: 3, desired: 3 },
  provenAt: now - hours(2),
  keys: 4,
  lease: undefined,
  lastRun: { id: runId, runbook: 'provision', status: 'succeeded', at: now - hours(2) },
};
const nothingThere = {
  endpoint: undefined,
  pods: undefined,
  provenAt: undefined,
  keys: undefined,
  lastRun: undefined,
};
const routeMissing = 'The route is missing from the cluster.';

const statusScene = (title: string, when: string, more: Partial<GatewayStatus>): Scene => ({
  title: `Status: ${title}`,
  when,
  message: statusMessage({ ...status, ...more }, job),
});

const cause: Cause = {
  step: 'deploy-model-server',
  title: 'Deploy the model server',
  part: undefined,
  kind: 'lacking',
  why: 'not_ready',
  what: ['Deployment vllm-qwen: 1 of 3 pods ready'],
  unmet: undefined,
  because: [
    { code: 'image_pull', text: '2 of 3 pods: image pull fails', pods: ['vllm-1', 'vllm-2'] },
  ],
  next: 'Check the image name and the registry’s permissions',
};
const drifted: Cause = {
  ...cause,
  step: 'create-route',
  title: 'Create the route',
  kind: 'drifted',
  why: undefined,
  what: ['HTTPRoute llm-route: spec.rules[0].backendRefs, set by kubectl-edit (olivia)'],
  because: [],
  next: undefined,
};
const blockedCause: Cause = {
  ...cause,
  title: 'Check the project',
  kind: 'blocked',
  what: ['Billing is off for the project'],
  because: [],
  next: 'Turn it on: https://console.cloud.google.com/billing',
};
const unread: Cause = {
  ...cause,
  title: 'Create the API product',
  kind: 'unread',
  what: ['Apigee did not answer in time'],
  because: [],
  next: undefined,
};
const healthy: Diagnosis = {
  gateway,
  state: 'ready',
  activeRun: undefined,
  causes: [],
  effects: [],
  provenAt: now - hours(2),
  canRepair: false,
  refusals: [
    { when: 'no-key', state: 'refused', seen: 'HTTP 500 steps.raisefault.RaiseFault' },
    { when: 'wrong-key', state: 'refused', seen: 'HTTP 401 oauth.v2.InvalidApiKey' },
  ],
  checks: 22,
  passed: 22,
};
const doctorScene = (title: string, when: string, more: Partial<Diagnosis>): Scene => ({
  title: `Diagnosis: ${title}`,
  when,
  message: doctorMessage(
    {
      ...healthy,
      passed: healthy.checks - (more.causes?.length ?? 0) - (more.effects?.length ?? 0),
      ...more,
    },
    job,
  ),
});

const noticeOf = { id: 'notice-1', gateway, at: now };
const incident = {
  ...noticeOf,
  event: 'degraded',
  causes: [{ at: now, text: routeMissing }],
} as const;
const worse = {
  ...incident,
  causes: [
    ...incident.causes,
    {
      at: now + minutes(2),
      text: guidance`The model server is not ready; see ${slashCommand('doctor')}.`,
    },
  ],
};
const lease = { ...noticeOf, event: 'lease', until: now + hours(1), extendMs: hours(8) } as const;
const notOperators = fail(
  'refused',
  'not_operator',
  'Olivia, who set the lease, is no longer an operator',
  {
    next: guidance`An operator can run ${slashCommand('teardown')}.`,
  },
).fault;
const overAt = now + minutes(12);

const noticeScene = (title: string, notice: Notice): Scene => ({
  title: `Notice: ${title}`,
  when: 'in a channel that asked for it',
  message: noticeMessage(notice),
});

export const statusScenes: Chapter = {
  title: 'Status',
  scenes: [
    statusScene('ready', '`/llmgw status`', {}),
    statusScene('ready, with a lease', '`/llmgw status`', { lease: { until: now + hours(8) } }),
    statusScene('ready, lease over', '`/llmgw status`', {
      lease: { until: now, ending: 'teardown-default-4f1c2a' },
    }),
    statusScene('degraded', 'a part is missing', { state: 'degraded', cause: routeMissing }),
    statusScene('being provisioned', 'a run is active', { ...nothingThere, state: 'provisioning' }),
    statusScene('absent', 'the cluster does not exist', { ...nothingThere, state: 'absent' }),
    statusScene('unknown', 'Google Cloud does not answer', {
      ...nothingThere,
      state: 'unknown',
      cause: 'GKE did not answer in time.',
    }),
  ],
};

export const doctorScenes: Chapter = {
  title: 'Diagnosis',
  scenes: [
    doctorScene('healthy', '`/llmgw doctor`', {}),
    doctorScene('faults', 'pods fail and the route was edited', {
      state: 'degraded',
      causes: [cause, drifted],
      effects: [{ ...cause, title: 'Verify inference', what: ['No answer was seen'] }],
      canRepair: true,
    }),
    doctorScene('open without a key', 'the protection is missing', {
      state: 'degraded',
      causes: [{ ...drifted, title: 'Attach the traffic extension' }],
      refusals: [
        { when: 'no-key', state: 'answered', seen: 'HTTP 200' },
        { when: 'wrong-key', state: 'unknown', seen: 'connection reset' },
      ],
      provenAt: undefined,
      canRepair: true,
    }),
    doctorScene('blocked', 'a person has to act first', {
      state: 'degraded',
      causes: [blockedCause, ...Array.from({ length: 13 }, () => unread)],
    }),
    doctorScene('no cause found', 'a check failed without a cause', { state: 'degraded' }),
    doctorScene('absent', 'the cluster does not exist', {
      state: 'absent',
      refusals: [],
      provenAt: undefined,
      canRepair: true,
    }),
    doctorScene('unknown', 'Google Cloud does not answer', {
      state: 'unknown',
      causes: [unread],
      refusals: [],
      provenAt: undefined,
    }),
    doctorScene('during a run', 'a run is active', { state: 'provisioning', activeRun: runId }),
  ],
};

export const noticeScenes: Chapter = {
  title: 'Notices',
  scenes: [
    noticeScene('ready', { ...noticeOf, event: 'ready', run: runId }),
    noticeScene('failed', { ...noticeOf, event: 'failed', run: runId, runbook: 'provision' }),
    noticeScene('degraded', incident),
    noticeScene('degraded, more causes', worse),
    noticeScene('degraded, being repaired', { ...incident, repairing: runId }),
    noticeScene('recovered', { ...worse, over: { at: overAt, how: 'recovered' } }),
    noticeScene('worse', { ...incident, over: { at: overAt, how: 'worse' } }),
    noticeScene('over, as the gateway is gone', { ...incident, over: { at: overAt, how: 'gone' } }),
    noticeScene('protection broken', { ...incident, event: 'protection' }),
    noticeScene('lease ending', lease),
    noticeScene('lease extended', {
      ...lease,
      over: { how: 'extended', until: now + hours(9), by: olivia },
    }),
    noticeScene('lease over', { ...lease, over: { how: 'ended', run: 'teardown-default-4f1c2a' } }),
    noticeScene('lease over, nothing torn down', { ...lease, lapsed: notOperators }),
    noticeScene('lease over, told elsewhere', { ...lease, over: { how: 'lapsed' } }),
    noticeScene('gone', { ...noticeOf, event: 'gone', run: 'teardown-default-4f1c2a' }),
    noticeScene('gone without a run', { ...noticeOf, event: 'gone', run: undefined }),
    {
      title: 'Notice to a person instead of a channel',
      when: 'the bot was removed from the channel',
      message: noticeInstead({ ...noticeOf, event: 'ready', run: runId }, channel),
    },
    {
      title: 'Lease extended',
      when: '**Extend** under the notice',
      message: say(extendedText(gateway, { until: now + hours(9), by: olivia })),
    },
    {
      title: 'Events of a channel',
      when: '`/llmgw notify`',
      message: say(eventLines(noticeEvents)),
    },
  ],
};
