// A gateway on Home: its state in words, who mends it, the facts, and an operator's controls. Pure.
import { commandButton } from '../../src/slack/messages/commands.ts';
import type { GatewayStatus } from '../health/status/notifier.ts';
import type { GatewayHome } from './report.ts';
import { guidanceText } from '../../src/kernel/guidance.ts';
import { sentence } from '../../src/slack/messages/fault.ts';
import type { HomeGateway, HomePage } from './view.ts';
import { type Block, type MessageButton, actions } from '../../src/slack/messages/message.ts';
import { labelUnless, stateLabels } from '../health/status/view.ts';
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
  if (home.atWork !== undefined) return 'at_work';
  return 'found' in home.status ? home.status.found.state : 'unknown';
}

/** `:white_check_mark: *Ready.*`, and what belongs to it. */
export function stateLine({ user }: HomePage, gateway: HomeGateway): Mrkdwn {
  const { home, card } = gateway;
  const status = statusOf(home);
  if (home?.atWork !== undefined) {
    const { id, runbook, by, since } = home.atWork;
    const doing = runbook === 'teardown' ? 'Being torn down' : 'Being provisioned';
    const where =
      card === undefined
        ? mrkdwn`run ${code(id)}${by.user === user ? '' : mrkdwn`, whose card is with ${mention(by.user)}`}`
        : mrkdwn`${link(card, 'its card')} shows each step (run ${code(id)})`;
    return mrkdwn`:hourglass_flowing_sand: *${doing}* by ${mention(by.user)} since ${moment(since)}; ${where}.`;
  }
  const isTornDown =
    status?.state === 'absent' &&
    status.lastRun?.runbook === 'teardown' &&
    status.lastRun.status === 'succeeded';
  if (isTornDown && status.lastRun !== undefined) {
    return mrkdwn`:white_circle: *Torn down* ${moment(status.lastRun.at)}.`;
  }
  const { mark, words } = stateLabels[status?.state ?? 'unknown'];
  return mrkdwn`${mark} *${escapeText(`${words[0]?.toUpperCase()}${words.slice(1)}`)}.*`;
}

/** Why, and who mends it; empty where nothing is to be said. */
export function cause({ isOperator, operators }: HomePage, { home }: HomeGateway): Mrkdwn {
  if (home === undefined || home.atWork !== undefined) return nothing;
  if ('fault' in home.status) {
    return mrkdwn`${sentence(home.status.fault.message)} Try again in a minute.`;
  }
  const { state, cause: found = '' } = home.status.found;
  const why = guidanceText(found, home.gateway);
  const who = isOperator ? '' : mrkdwn` An operator does: ${operators}.`;
  switch (state) {
    case 'degraded':
      return mrkdwn`*Cause:* ${sentence(why)}\n*Who mends it:* ${isOperator ? 'you can: *Repair* shows what it would change, and asks.' : mrkdwn`operators can (${operators}).`}`;
    case 'absent':
      return isOperator
        ? mrkdwn`*Provision* shows a plan first, and asks.`
        : mrkdwn`Nobody can ask it now.${who}`;
    case 'unknown':
      return mrkdwn`${sentence(why)} Press *Refresh* in a minute.`;
    case 'ready':
    case 'provisioning':
      return nothing;
  }
}

export function factFields({ home }: HomeGateway): Mrkdwn[] {
  const status = statusOf(home);
  if (status === undefined || status.state === 'absent') return [];
  const { endpoint, model, pods, provenAt, lease, lastRun } = status;
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
        ? labelUnless(status, 'not proven')
        : mrkdwn`proven ${moment(provenAt)}`,
    ],
    ['Lease', leaseWords(lease)],
    [
      'Last run',
      lastRun === undefined
        ? 'none'
        : mrkdwn`${code(lastRun.id)} ${escapeText(lastRun.status)}, ${moment(lastRun.at)}`,
    ],
  ] as const;
  return facts.map(([label, value]) => mrkdwn`*${label}*\n${value}`);
}

function leaseWords(lease: GatewayStatus['lease']): Mrkdwn {
  if (lease === undefined) return mrkdwn`none: it stands until it is torn down`;
  if (lease.ending !== undefined) return mrkdwn`over: the run ${code(lease.ending)} tears it down`;
  return mrkdwn`until ${moment(lease.until)}, then it is torn down`;
}

/** Ask for everybody; the rest for operators. Each is allowed anew where it is pressed. */
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
    action: `command.${label.toLowerCase().replaceAll(' ', '-')}`,
    value: `${command} ${name}`,
    ...more,
  });
  const plan = typed('Plan', 'plan');
  const doctor = typed('Doctor', 'doctor');
  const quota: MessageButton = { label: 'Set quota', action: 'home.quota', value: name };
  const teardown = typed('Tear down', 'teardown', { style: 'danger' });
  const retry = retryButtons(home);
  switch (state) {
    case 'at_work':
      return [...(home?.atWork === undefined ? [] : [cancel(home.atWork.id)]), doctor];
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

/** A run that stopped goes on from there. */
function retryButtons(home: GatewayHome | undefined): MessageButton[] {
  const last = statusOf(home)?.lastRun;
  const isStopped = last?.status === 'failed' || last?.status === 'cancelled';
  return isStopped ? [{ label: 'Retry the last run', action: 'run.retry', value: last.id }] : [];
}

function cancel(runId: string): MessageButton {
  return {
    label: 'Cancel the run',
    action: 'run.cancel',
    value: runId,
    style: 'danger',
    confirm: {
      title: 'Stop this run?',
      text: 'It stops at the next safe point. What is finished stays, and a retry goes on from there.',
      yes: 'Stop it',
    },
  };
}

function statusOf(home: GatewayHome | undefined): GatewayStatus | undefined {
  if (home === undefined || !('found' in home.status)) return undefined;
  return home.status.found;
}
