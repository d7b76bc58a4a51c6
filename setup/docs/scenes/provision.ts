// Scenes of planning and provisioning: the plan in every verdict, and its modal.
import { hourlyCost } from '../../../jobs/provision/cost.ts';
import { planModal } from '../../../jobs/provision/modal-view.ts';
import type { GatewayPlan, PlannedStep } from '../../../jobs/provision/notifier.ts';
import { planMessage } from '../../../jobs/provision/plan-view.ts';
import { provision } from '../../../jobs/provision/runbook.ts';
import { guidance, slashCommand } from '../../../src/kernel/guidance.ts';
import { type Chapter, channel, gateway, job, minutes, model } from '../scene.ts';

const planned = (action: PlannedStep['action']): PlannedStep[] =>
  provision.steps.map(({ id, title }) => ({ id, title, action }));

const isVerify = (id: string): boolean =>
  provision.steps.some((step) => step.id === id && step.kind === 'verify');

const plan = (
  verdict: GatewayPlan['verdict'],
  steps: readonly PlannedStep[],
  more: Partial<GatewayPlan> = {},
): GatewayPlan => ({
  gateway,
  hash: '9f2c4e81b7d03a56',
  covers: { config: 'c', due: {} },
  verdict,
  steps,
  expectedMs: minutes(17),
  cost: hourlyCost({ machineType: 'c2-standard-16', nodeCount: 3, apigeeEnv: 'apim-op-env' }),
  desired: [
    { label: 'Model', value: model },
    { label: 'Nodes', value: '3 × c2-standard-16' },
    { label: 'Quota', value: '5 requests per minute' },
  ],
  activeRun: undefined,
  ...more,
});

const fresh = planned('create').map((step): PlannedStep =>
  isVerify(step.id)
    ? { ...step, action: 'prove', why: 'the current protection is not verified' }
    : step,
);

const mixed = planned('leave').map((step): PlannedStep => {
  switch (step.id) {
    case 'create-gateway':
      return { ...step, action: 'create', why: 'the Gateway inference-gateway does not exist' };
    case 'create-operation-set':
      return { ...step, action: 'change', why: 'quota: 5 per minute, desired 20 per minute' };
    case 'prove-protection':
      return { ...step, action: 'prove', why: 'the current protection is not verified' };
    default:
      return step;
  }
});

const blocked = fresh.map((step): PlannedStep =>
  step.id === 'check-project'
    ? {
        ...step,
        action: 'blocked',
        why: 'CPU quota: 48 are needed in us-central1, 24 are left',
        next: 'Ask Google Cloud for more: https://console.cloud.google.com/iam-admin/quotas',
      }
    : step.id === 'create-apigee-environment'
      ? {
          ...step,
          action: 'unread',
          why: 'Apigee did not answer in time',
          next: guidance`Run ${slashCommand('plan')} again in a minute.`,
        }
      : step,
);

const ready = plan('ready', mixed);

export const provisionScenes: Chapter = {
  title: 'Plan and provision',
  scenes: [
    {
      title: 'Plan, nothing exists',
      when: '`/llmgw plan` for a gateway that does not exist',
      message: planMessage(plan('ready', fresh), { asks: false }, job),
    },
    {
      title: 'Plan with create, change, verify and unchanged',
      when: '`/llmgw plan` for a gateway that differs from its configuration',
      message: planMessage(ready, { asks: false }, job),
    },
    {
      title: 'Plan as a question',
      when: '`/llmgw provision`',
      message: planMessage(ready, { asks: true }, job),
    },
    {
      title: 'Plan as a question, with approval by a second operator',
      when: '`/llmgw provision`, and provisioning requires approval',
      message: planMessage(ready, { asks: true, asksSecond: true }, job),
    },
    {
      title: 'Plan, nothing to change',
      when: 'everything matches the configuration',
      message: planMessage(plan('in_sync', planned('leave')), { asks: true }, job),
    },
    {
      title: 'Plan, blocked',
      when: 'a precondition is not met',
      message: planMessage(plan('blocked', blocked), { asks: true }, job),
    },
    {
      title: 'Plan that no longer matches its approval',
      when: 'the gateway has changed between the plan and its approval',
      message: planMessage(
        ready,
        { asks: true, differs: ['Create load balancer: unchanged → create'] },
        job,
      ),
    },
    {
      title: 'Plan during a run',
      when: 'another run is active',
      message: planMessage(
        plan('ready', mixed, { activeRun: 'provision-default-7b21d0' }),
        { asks: false },
        job,
      ),
    },
    {
      title: 'Plan in a modal',
      when: '**Provision** on Home',
      modal: planModal(ready, { asks: true }, job, channel),
    },
    {
      title: 'Plan in a modal, no channel known',
      when: '**Provision** on Home, and no card was ever posted in a channel',
      modal: planModal(ready, { asks: true, asksSecond: true }, job, undefined),
    },
  ],
};
