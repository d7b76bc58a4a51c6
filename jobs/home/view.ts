// A person's Home: the gateways, their keys and use, and what they can do; for operators the controls and what waits. Pure.
import { commandButton, commandCode } from '../../src/slack/messages/commands.ts';
import type { GatewayHome } from './report.ts';
import type { Approval } from '../approvals/store.ts';
import type { Fault } from '../../src/kernel/errors.ts';
import type { HomeNotice } from './store.ts';
import { fitBlocks, limits } from '../../src/slack/messages/limits.ts';
import { approvalBlocks } from '../approvals/view.ts';
import { faultText } from '../../src/slack/messages/fault.ts';
import { controlRow, cause, factFields, stateLine } from './view-gateway.ts';
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
  /** Who they are, in words. */
  readonly operators: Mrkdwn;
  readonly gateways: readonly HomeGateway[];
  /** When it was read; undefined before the first look ended. ms since the epoch, as the next. */
  readonly readAt: number | undefined;
  /** A look is under way since then. */
  readonly lookingSince: number | undefined;
  readonly notice: HomeNotice | undefined;
  /** Questions that wait for an operator. */
  readonly waiting: readonly Approval[];
  readonly now: number;
}

export interface HomeGateway {
  readonly name: string;
  /** undefined until it was looked at. */
  readonly home: GatewayHome | undefined;
  /** Link to the card of the run at work, where the person can open it. */
  readonly card: string | undefined;
}

const refresh: MessageButton = { label: 'Refresh', action: 'home.refresh', value: 'home' };

/** What is shown of one gateway takes no more blocks than this is sure to leave for the rest. */
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

/** Where the store is away, nothing is known; the person is told, and can try again. */
export function homeTrouble(fault: Fault, at: number): Block[] {
  return [
    header('This page cannot be read now'),
    section(faultText(fault)),
    actions([{ ...refresh, style: 'primary' }]),
    context(mrkdwn`${escapeText(fault.code)} · as of ${moment(at)}`),
  ];
}

function noticeBlocks({ notice }: HomePage): Block[] {
  if (notice === undefined) return [];
  return [section(mrkdwn`:speech_balloon: ${notice.text}`), context(moment(notice.at)), divider()];
}

function freshness({ readAt, lookingSince }: HomePage): Block {
  const read = readAt === undefined ? '' : mrkdwn`As of ${moment(readAt)}. `;
  const looking =
    lookingSince === undefined
      ? 'Only you see this page.'
      : mrkdwn`:hourglass_flowing_sand: *Being looked up* since ${moment(lookingSince)}. If this stays for a minute, press *Refresh*; if it stays then, nobody takes my work up: tell an operator.`;
  return sectionBeside(mrkdwn`${read}${looking}`, refresh);
}

function waitingBlocks({ isOperator, waiting, user }: HomePage): Block[] {
  if (!isOperator || waiting.length === 0) return [];
  const shown = waiting.slice(0, shownWaiting);
  const more = waiting.length - shown.length;
  return [
    header('Waiting for an operator'),
    ...shown.flatMap(({ request, until }) => approvalBlocks(request, until, user)),
    ...(more === 0 ? [] : [context(mrkdwn`… and ${more} more, in your direct messages`)]),
  ];
}

function gatewayBlocks(page: HomePage, gateway: HomeGateway): Block[] {
  const { name, home } = gateway;
  const title = header(`Gateway ${name}`);
  if (home === undefined) {
    const words = 'Its state, your keys and your use of it are being looked up.';
    return [title, section(mrkdwn`:hourglass_flowing_sand: ${words}`), actions([help])];
  }
  const facts = factFields(gateway);
  const why = cause(page, gateway);
  return [
    title,
    section(mrkdwn`${stateLine(page, gateway)}${why === '' ? '' : mrkdwn`\n${why}`}`),
    ...(facts.length === 0 ? [] : [fields(facts)]),
    ...controlRow(page, gateway),
    ...apart(keyBlocks(home, page)),
    ...apart(usageBlocks(home)),
  ];
}

const apart = (blocks: readonly Block[]): Block[] =>
  blocks.length === 0 ? [] : [divider(), ...blocks];

const help = commandButton('Help', 'help');

function endBlocks(): Block[] {
  return [
    divider(),
    actions([help, commandButton('Jobs', 'jobs')]),
    context(
      mrkdwn`The same works by words: ${commandCode('help')} anywhere, or a message to me. Answers to what you ask here come in your direct messages with me.`,
    ),
  ];
}
