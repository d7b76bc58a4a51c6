// Home: gateways, keys and usage; controls and approvals for operators. Pure.
import { commandButton, commandCode } from '../../src/slack/messages/commands.ts';
import type { GatewayHome } from './report.ts';
import type { Approval } from '../approvals/store.ts';
import type { Fault } from '../../src/kernel/errors.ts';
import type { HomeNotice } from './store.ts';
import { fitBlocks, limits } from '../../src/slack/messages/limits.ts';
import { approvalBlocks } from '../approvals/view.ts';
import { faultText } from '../../src/slack/messages/fault.ts';
import { controlRow, cause, factFields, runLine, stateLine } from './view-gateway.ts';
import { keyBlocks, usageBlocks } from './view-own.ts';
import {
  type Block,
  type MessageButton,
  actions,
  context,
  divider,
  fields,
  header,
  section,
  sectionBeside,
} from '../../src/slack/messages/message.ts';
import { type Mrkdwn, mrkdwn, escapeText, code, moment } from '../../src/slack/messages/mrkdwn.ts';

export interface HomePage {
  /** Slack id. */
  readonly user: string;
  readonly isOperator: boolean;
  /** Names of the operators. */
  readonly operators: Mrkdwn;
  readonly gateways: readonly HomeGateway[];
  /** Time of the report; undefined before the first. ms since the epoch, as the next. */
  readonly readAt: number | undefined;
  /** Start of the update in progress. */
  readonly lookingSince: number | undefined;
  readonly notice: HomeNotice | undefined;
  /** Pending approvals. */
  readonly waiting: readonly Approval[];
  readonly now: number;
}

export interface HomeGateway {
  readonly name: string;
  /** undefined before the first report. */
  readonly home: GatewayHome | undefined;
  /** Link to the card of the active run, if the person can open it. */
  readonly card: string | undefined;
}

const refresh: MessageButton = { label: 'Refresh', action: 'home.refresh', value: 'home' };

/** Blocks that the gateways leave free. */
const kept = 4;
const shownWaiting = 5;

export function homeBlocks(page: HomePage): Block[] {
  const top = [...noticeBlocks(page), freshness(page), ...waitingBlocks(page)];
  const end = endBlocks();
  let room = limits.viewBlocks - fitBlocks([...top, ...end]).length - kept;
  const gateways = page.gateways.flatMap((gateway, index) => {
    const whole = gatewayBlocks(page, gateway);
    const later = page.gateways.length - index - 1;
    const fitted = fitBlocks(whole).length;
    if (fitted + later <= room) {
      room -= fitted;
      return whole;
    }
    room -= 1;
    if (room < 0) return [];
    return [section(mrkdwn`*Gateway ${code(gateway.name)}:* ${stateLine(page, gateway)}`)];
  });
  return [...top, ...gateways, ...end];
}

/** Without the store, Home shows the fault and Refresh. */
export function homeTrouble(fault: Fault, at: number): Block[] {
  return [
    header('Home is unavailable'),
    section(faultText(fault)),
    actions([{ ...refresh, style: 'primary' }]),
    context(mrkdwn`${escapeText(fault.code)} · ${moment(at)}`),
  ];
}

function noticeBlocks({ notice }: HomePage): Block[] {
  if (notice === undefined) return [];
  return [section(mrkdwn`:speech_balloon: ${notice.text}`), context(moment(notice.at)), divider()];
}

function freshness({ readAt, lookingSince }: HomePage): Block {
  const read = readAt === undefined ? '' : mrkdwn`Updated ${moment(readAt)}. `;
  const looking =
    lookingSince === undefined
      ? 'Only you can see this page.'
      : mrkdwn`:hourglass_flowing_sand: *Updating* since ${moment(lookingSince)}. If this takes more than a minute, choose *Refresh*. If that doesn't help, ask an operator to check the worker.`;
  return sectionBeside(mrkdwn`${read}${looking}`, refresh);
}

function waitingBlocks({ isOperator, waiting, user }: HomePage): Block[] {
  if (!isOperator || waiting.length === 0) return [];
  const shown = waiting.slice(0, shownWaiting);
  const more = waiting.length - shown.length;
  return [
    header('Pending approvals'),
    ...shown.flatMap(({ request, until }) => approvalBlocks(request, until, user)),
    ...(more === 0 ? [] : [context(mrkdwn`…and ${more} more in your direct messages`)]),
  ];
}

function gatewayBlocks(page: HomePage, gateway: HomeGateway): Block[] {
  const { name, home } = gateway;
  const title = header(`Gateway ${name}`);
  if (home === undefined) {
    const text = mrkdwn`:hourglass_flowing_sand: Loading the state, your keys and your usage.`;
    return [title, section(text), actions([help])];
  }
  const facts = factFields(gateway);
  const why = cause(page, gateway);
  return [
    title,
    section(mrkdwn`${stateLine(page, gateway)}${why === '' ? '' : mrkdwn`\n${why}`}`),
    ...(facts.length === 0 ? [] : [fields(facts)]),
    ...controlRow(page, gateway),
    ...runLine(gateway),
    ...apart(keyBlocks(home, page)),
    ...apart(usageBlocks(home)),
  ];
}

const apart = (blocks: readonly Block[]): Block[] =>
  blocks.length === 0 ? [] : [divider(), ...blocks];

const help = commandButton('Show commands', 'help');

function endBlocks(): Block[] {
  return [
    divider(),
    actions([help, commandButton('Show jobs', 'jobs')]),
    context(
      mrkdwn`Every action here is also a command: run ${commandCode('help')}. Answers to actions on this page arrive in your direct messages.`,
    ),
  ];
}
