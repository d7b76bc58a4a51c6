// Person's own part of Home: masked keys and usage. Pure.
import { plural } from '../../src/kernel/text.ts';
import { faultAbout } from '../../src/kernel/errors.ts';
import { commandButton, commandCode } from '../../src/slack/messages/commands.ts';
import type { KeyApp, KeyRow } from '../keys/notifier.ts';
import { quoted } from '../../src/gateway/credential.ts';
import type { GatewayHome } from './report.ts';
import type { QuotaReport } from '../quota/usage/report.ts';
import { faultText } from '../../src/slack/messages/fault.ts';
import { revealButton } from '../keys/view.ts';
import { keyButton, formatKeyState, revokedKey } from '../keys/news-view.ts';
import {
  type Block,
  type MessageButton,
  actions,
  context,
  section,
} from '../../src/slack/messages/message.ts';
import { requestMoreButton } from '../quota/request-view.ts';
import { countedHere, limitLines, problemLine, totals, usedLines } from '../quota/view.ts';
import {
  type Mrkdwn,
  mrkdwn,
  escapeText,
  code,
  moment,
  joined,
} from '../../src/slack/messages/mrkdwn.ts';

const shownApps = 3;
const shownRows = 3;
/** Apigee's runtime accepts a new key within this time. */
const activationMs = 180_000;

interface Reader {
  readonly user: string;
  readonly now: number;
}

export function keyBlocks(home: GatewayHome, reader: Reader): Block[] {
  const { apps, gateway } = home;
  if (isAbsent(home)) return [];
  if ('fault' in apps)
    return [section(mrkdwn`*Your key*\n${faultText(faultAbout(apps.fault, gateway))}`)];
  const { found } = apps;
  if (found.length === 0) {
    return [
      section(mrkdwn`*Your key*\nYou have no key for this gateway.`),
      actions([{ ...commandButton('Get a key', 'key', gateway), style: 'primary' }]),
    ];
  }
  const shown = found.slice(0, shownApps);
  const more = found.length - shown.length;
  return [
    ...shown.flatMap((app, index) => appBlocks(app, { gateway, isFirst: index === 0, ...reader })),
    ...(more === 0
      ? []
      : [context(mrkdwn`…and ${more} more: run ${commandCode('key list', gateway)}`)]),
  ];
}

interface Of extends Reader {
  readonly gateway: string;
  readonly isFirst: boolean;
}

function appBlocks({ app, isWorking, rows }: KeyApp, of: Of): Block[] {
  const lines = rows.slice(0, shownRows).map((row) => rowLine(row, of.now));
  const rest = rows.length - lines.length;
  if (rest > 0) lines.push(mrkdwn`…and ${rest} older`);
  const title = of.isFirst ? '*Your key*\n' : '';
  const isPending = rows.some(({ state }) => state === 'pending');
  const buttons = isWorking ? workingButtons(app, of) : isPending ? [] : [anew(app, of)];
  return [
    section(mrkdwn`${title}App ${code(app)}\n${joined(lines, '\n')}`),
    ...(buttons.length === 0 ? [] : [actions(buttons)]),
  ];
}

function rowLine(row: KeyRow, now: number): Mrkdwn {
  const { mark, text } = formatKeyState(row);
  const { issuedAt, expiresAt, goesAt, state } = row;
  // A replaced key is active already.
  const isNew = state === 'usable' && goesAt === undefined && now - (issuedAt ?? 0) < activationMs;
  if (isNew && issuedAt !== undefined) {
    const until = moment(issuedAt + activationMs);
    const ends = expiresAt === undefined ? '' : mrkdwn`, expires ${moment(expiresAt)}`;
    return mrkdwn`:hourglass_flowing_sand: ${code(row.masked)} activating, works by ${until}${ends}`;
  }
  const since = issuedAt === undefined ? '' : mrkdwn` · issued ${moment(issuedAt)}`;
  return mrkdwn`${mark} ${code(row.masked)} ${text}${since}`;
}

function workingButtons(app: string, { gateway, user }: Of): MessageButton[] {
  return [
    revealButton({ gateway, app }),
    {
      ...keyButton('Rotate', `rotate ${quoted(app)}`, gateway),
      confirm: {
        title: 'Rotate key?',
        text: `The app ${app} gets a new key, which only you see. The old key works for another hour, and is deleted once the new key is verified.`,
        yes: 'Rotate key',
      },
    },
    {
      label: 'Revoke',
      action: 'key.revoke',
      value: revokedKey.write({ gateway, owner: user, app }),
      style: 'danger',
      confirm: {
        title: 'Revoke key?',
        text: `Requests with the key of the app ${app} will fail. You can't undo this.`,
        yes: 'Revoke key',
      },
    },
  ];
}

/** For an expired key, or one that they revoked themselves. */
const anew = (app: string, { gateway }: Of): MessageButton => {
  const name = app.startsWith(`llmgw-${gateway}.`)
    ? ` --app ${quoted(app.split('.').slice(1).join('.'))}`
    : '';
  return commandButton('Get new key', `key${name}`, gateway);
};

export function usageBlocks(home: GatewayHome): Block[] {
  const { quota, gateway } = home;
  if (isAbsent(home)) return [];
  if ('fault' in quota)
    return [section(mrkdwn`*Your usage*\n${faultText(faultAbout(quota.fault, gateway))}`)];
  const { found } = quota;
  const lines = [
    mrkdwn`*Your usage*`,
    ...limitLines(found),
    ...usedLines(found),
    ...sentLines(found),
  ];
  return [
    section(joined(lines, '\n')),
    actions([commandButton('Show quota', 'quota', gateway), requestMoreButton(gateway)]),
    context(countedHere),
  ];
}

function sentLines({ sent }: QuotaReport): Mrkdwn[] {
  if ('problem' in sent) return [problemLine(sent.problem)];
  // One bar per UTC day; the last is today's.
  const today = Math.floor(sent.to / sent.unitMs) * sent.unitMs;
  const days = sent.series.map(({ name, points }) => ({
    name,
    points: points.filter(({ at }) => at >= today),
  }));
  const words = (of: { requests: number; errors: number }): Mrkdwn =>
    mrkdwn`${escapeText(plural(of.requests, 'request'))}, ${of.errors} failed`;
  return [
    mrkdwn`*Today (UTC):* ${words(totals({ series: days }))}`,
    mrkdwn`*Last 7 days:* ${words(totals(sent))}`,
  ];
}

/** A gateway that does not exist has no keys and no usage. */
function isAbsent({ quota }: GatewayHome): boolean {
  return 'fault' in quota && quota.fault.code === 'no_gateway';
}
