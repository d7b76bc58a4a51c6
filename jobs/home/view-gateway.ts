// Gateway section of Home: state, cause, next action, facts and controls. Pure.
import { commandButton } from '../../src/slack/messages/commands.ts';
import type { GatewayStatus } from '../health/status/notifier.ts';
import type { GatewayHome } from './report.ts';
import { guidanceText } from '../../src/kernel/guidance.ts';
import { sentence } from '../../src/slack/messages/fault.ts';
import type { HomeGateway, HomePage } from './view.ts';
import {
  type Block,
  type MessageButton,
  actions,
  context,
} from '../../src/slack/messages/message.ts';
import { labelUnless, stateLabels, asTitle } from '../health/status/view.ts';
import {
  type Mrkdwn,
  mrkdwn,
  escapeText,
  code,
  moment,
  mention,
  link,
  nothing,
} from '../../src/slack/messages/mrkdwn.ts';

type State = 'at_work' | GatewayStatus['state'];

function stateOf({ home }: HomeGateway): State {
  if (home === undefined) return 'unknown';
  if (home.activeRun !== undefined) return 'at_work';
  return 'found' in home.status ? home.status.found.state : 'unknown';
}

/** `:white_check_mark: *Ready.*`, and what belongs to it. */
export function stateLine({ user }: HomePage, gateway: HomeGateway): Mrkdwn {
  const { home, card } = gateway;
  const status = statusOf(home);
  if (home?.activeRun !== undefined) {
    const { runbook, by, since } = home.activeRun;
    const doing = runbook === 'teardown' ? 'Teardown in progress' : 'Provisioning in progress';
    const progress = card === undefined ? nothing : mrkdwn` ${link(card, 'View progress')}.`;
    return mrkdwn`:hourglass_flowing_sand: *${doing}*, started by ${by.user === user ? 'you' : mention(by.user)} ${moment(since)}.${progress}`;
  }
  const isTornDown =
    status?.state === 'absent' &&
    status.lastRun?.runbook === 'teardown' &&
    status.lastRun.status === 'succeeded';
  if (isTornDown && status.lastRun !== undefined) {
    return mrkdwn`:white_circle: *Torn down* ${moment(status.lastRun.at)}.`;
  }
  const state = status?.state ?? 'unknown';
  return mrkdwn`${stateLabels[state].mark} *${asTitle(stateLabels[state].words)}.*`;
}

/** The cause and the next action; empty for a ready gateway. */
export function cause({ isOperator, operators }: HomePage, { home }: HomeGateway): Mrkdwn {
  if (home === undefined || home.activeRun !== undefined) return nothing;
  if ('fault' in home.status) {
    return mrkdwn`*Cause:* ${sentence(home.status.fault.message)}\n*Next:* Choose *Refresh* in a minute.`;
  }
  const { state, cause: found = '' } = home.status.found;
  const why = guidanceText(found, home.gateway);
  switch (state) {
    case 'degraded':
      return mrkdwn`*Cause:* ${sentence(why)}\n*Next:* ${isOperator ? 'Choose *Repair* to see the plan and confirm it.' : mrkdwn`Ask an operator to repair it: ${operators}.`}`;
    case 'absent':
      return isOperator
        ? mrkdwn`*Next:* Choose *Provision* to see the plan and confirm it.`
        : mrkdwn`*Next:* Ask an operator to provision it: ${operators}.`;
    case 'unknown':
      return mrkdwn`*Cause:* ${sentence(why)}\n*Next:* Choose *Refresh* in a minute.`;
    case 'ready':
    case 'provisioning':
      return nothing;
  }
}

export function factFields({ home }: HomeGateway): Mrkdwn[] {
  const status = statusOf(home);
  if (status === undefined || status.state === 'absent') return [];
  const { endpoint, model, pods, provenAt, lease } = status;
  const facts = [
    ['Endpoint', endpoint === undefined ? labelUnless(status, 'none') : code(endpoint)],
    ['Model', code(model)],
    [
      'Model servers',
      pods === undefined
        ? labelUnless(status, 'none')
        : mrkdwn`${pods.ready} of ${pods.desired} ready`,
    ],
    [
      'Protection',
      provenAt === undefined
        ? labelUnless(status, 'not verified')
        : mrkdwn`verified ${moment(provenAt)}`,
    ],
    ...(lease === undefined ? [] : [['Lease', leaseWords(lease)] as const]),
  ] as const;
  return facts.map(([label, value]) => mrkdwn`*${label}*\n${value}`);
}

function leaseWords(lease: NonNullable<GatewayStatus['lease']>): Mrkdwn {
  if (lease.ending !== undefined) return mrkdwn`ended, teardown in progress`;
  return mrkdwn`ends ${moment(lease.until)}, then it is torn down`;
}

/** Run ids stay in a context line. */
export function runLine({ home }: HomeGateway): Block[] {
  if (home === undefined) return [];
  if (home.activeRun !== undefined) return [context(mrkdwn`Run ${code(home.activeRun.id)}`)];
  const lastRun = statusOf(home)?.lastRun;
  if (lastRun === undefined) return [];
  const { id, status, at } = lastRun;
  return [context(mrkdwn`Last run ${code(id)} ${escapeText(status)} ${moment(at)}`)];
}

/** Ask for everyone; the rest for operators. Each action checks the permission again. */
export function controlRow({ isOperator }: HomePage, gateway: HomeGateway): Block[] {
  const state = stateOf(gateway);
  const buttons = [
    ...(state === 'absent' ? [] : [askButton(gateway, state)]),
    ...(isOperator ? operatorButtons(gateway, state) : []),
  ];
  return buttons.length === 0 ? [] : [actions(buttons)];
}

const askButton = ({ name, home }: HomeGateway, state: State): MessageButton => ({
  ...commandButton('Ask', 'ask', name),
  ...(state === 'ready' && hasWorkingKey(home) ? { style: 'primary' } : {}),
});

const hasWorkingKey = (home: GatewayHome | undefined): boolean =>
  home !== undefined && 'found' in home.apps && home.apps.found.some((app) => app.isWorking);

function operatorButtons({ name, home }: HomeGateway, state: State): MessageButton[] {
  const typed = (
    label: string,
    command: string,
    more: Partial<MessageButton> = {},
  ): MessageButton => ({
    label,
    action: `command.${command}`,
    value: `${command} ${name}`,
    ...more,
  });
  const plan = typed('Plan', 'plan');
  const doctor = typed('Diagnose', 'doctor');
  const quota: MessageButton = { label: 'Set quota', action: 'home.quota', value: name };
  const teardown = typed('Tear down', 'teardown', { style: 'danger' });
  const retry = retryButtons(home);
  switch (state) {
    case 'at_work':
      return [...(home?.activeRun === undefined ? [] : [cancel(home.activeRun.id)]), doctor];
    case 'absent':
      return [typed('Provision', 'provision', { style: 'primary' }), plan, ...retry];
    case 'degraded':
      return [
        typed('Repair', 'provision', { style: 'primary' }),
        ...retry,
        doctor,
        plan,
        quota,
        teardown,
      ];
    case 'ready':
      return [doctor, plan, typed('Provision', 'provision'), quota, teardown];
    case 'provisioning':
    case 'unknown':
      return [doctor, plan, ...retry, teardown];
  }
}

/** A retry resumes a run that failed or was cancelled. */
function retryButtons(home: GatewayHome | undefined): MessageButton[] {
  const last = statusOf(home)?.lastRun;
  const isStopped = last?.status === 'failed' || last?.status === 'cancelled';
  return isStopped ? [{ label: 'Retry last run', action: 'run.retry', value: last.id }] : [];
}

function cancel(runId: string): MessageButton {
  return {
    label: 'Cancel run',
    action: 'run.cancel',
    value: runId,
    style: 'danger',
    confirm: {
      title: 'Cancel run?',
      text: `The run ${runId} stops at the next safe point. Finished steps stay, and a retry resumes it.`,
      yes: 'Cancel run',
    },
  };
}

function statusOf(home: GatewayHome | undefined): GatewayStatus | undefined {
  if (home === undefined || !('found' in home.status)) return undefined;
  return home.status.found;
}
