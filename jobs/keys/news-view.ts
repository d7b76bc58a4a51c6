// What is said of keys without showing one: lists, rotations, revocations, decisions. Pure.
import { commandCode } from '../../src/slack/messages/commands.ts';
import { z } from 'zod';
import { codec, plainName } from '../../src/slack/messages/codec.ts';
import type { Modal } from '../../src/slack/messages/modal.ts';
import type { KeyApp, KeyNews, KeyRow } from './notifier.ts';
import { quoted } from '../../src/gateway/credential.ts';
import { commandFor } from '../../src/kernel/named-commands.ts';
import { replacedText, revealButton, showsIt } from './view.ts';
import {
  type Block,
  type MessageButton,
  type Message,
  actions,
  context,
  outcome,
  section,
} from '../../src/slack/messages/message.ts';
import {
  type Mrkdwn,
  mrkdwn,
  escapeText,
  code,
  moment,
  mention,
  joined,
  spoken,
  nothing,
} from '../../src/slack/messages/mrkdwn.ts';

const lag = mrkdwn`The gateway may go on accepting a revoked key for up to three minutes, as Apigee keeps what it has read.`;

/** @param reader the Slack id of who reads it. */
export function keyNewsMessage(news: KeyNews, job: string, reader: string): Message {
  if (news.kind === 'list') return listMessage(news, job, reader);
  if (news.kind === 'revoke_question') return revokeQuestion(news, job, reader);
  const { text, mark, more = [], buttons = [] } = describeNews(news, reader);
  return {
    text: spoken(text),
    blocks: [
      section(mrkdwn`${mark} ${text}`),
      ...more.map(context),
      ...(buttons.length === 0 ? [] : [actions(buttons)]),
    ],
    mark: outcome('ok', job),
  };
}

/** In the window that the person's command has opened. */
export function keyNewsModal(news: KeyNews, job: string, reader: string): Modal {
  const { blocks, mark } = keyNewsMessage(news, job, reader);
  return { title: 'Your gateway key', blocks, ...(mark === undefined ? {} : { mark }) };
}

interface NewsCopy {
  readonly text: Mrkdwn;
  /** An emoji; the words say the same. */
  readonly mark: Mrkdwn;
  readonly more?: readonly Mrkdwn[];
  readonly buttons?: readonly MessageButton[];
}

type ToldNews = Exclude<KeyNews, { kind: 'list' | 'revoke_question' }>;

function describeNews(news: ToldNews, reader: string): NewsCopy {
  const own = news.owner === reader;
  const whose = own ? 'Your' : mrkdwn`${mention(news.owner)}'s`;
  const at = mrkdwn`of the app ${code(news.app)} for the gateway ${code(news.gateway)}`;
  switch (news.kind) {
    case 'issued':
      return {
        mark: mrkdwn`:key:`,
        text: mrkdwn`${mention(news.by)} had a key made for you: ${code(news.masked)} ${at}. Only you can see it.${ends(news.expiresAt)}`,
        buttons: [revealButton(news)],
      };
    case 'issued_for':
      return {
        mark: mrkdwn`:white_check_mark:`,
        text: news.isNew
          ? mrkdwn`A key ${at} was made for ${mention(news.owner)}: ${code(news.masked)}. They were told in a direct message, and only they can reveal it.${ends(news.expiresAt)}`
          : mrkdwn`${mention(news.owner)} has a key already: ${code(news.masked)} ${at}. They see it with ${commandCode(showsIt(news))}.${ends(news.expiresAt)}`,
      };
    case 'pending':
      return {
        mark: mrkdwn`:hourglass_flowing_sand:`,
        text: mrkdwn`${whose} key ${code(news.masked)} ${at} waits for an operator, as the product asks for approval. They were asked; ${own ? 'you are' : mrkdwn`${mention(news.owner)} is`} told as soon as one of them has decided.${news.old.length === 0 ? '' : mrkdwn` Until then the old ${list(news.old)} works on.`}`,
      };
    case 'approved':
      return {
        mark: mrkdwn`:white_check_mark:`,
        text: mrkdwn`${mention(news.by)} approved your key ${code(news.masked)} ${at}.`,
        more: [mrkdwn`It works as soon as the gateway has heard of it, within three minutes.`],
        buttons: [revealButton(news)],
      };
    case 'denied':
      return {
        mark: mrkdwn`:no_entry:`,
        text: mrkdwn`${mention(news.by)} denied your key ${code(news.masked)} ${at}. It does not work; ask ${mention(news.by)} why.`,
      };
    case 'rotated':
      return {
        mark: mrkdwn`:arrows_counterclockwise:`,
        text: mrkdwn`${own ? mrkdwn`${mention(news.by)} rotated your` : mrkdwn`${whose}`} key ${at}${own ? '' : ' is rotated'}: the new one is ${code(news.masked)}.${ends(news.expiresAt)}`,
        more: news.replaces.old.length === 0 ? [] : [replacedText(news.replaces)],
        buttons: own ? [revealButton(news)] : [],
      };
    case 'retired':
      return {
        mark: mrkdwn`:white_check_mark:`,
        text: mrkdwn`The rotation is done: the key ${code(news.masked)} ${at} is seen to work, and the old ${list(news.old)} is gone.`,
        more: [lag],
      };
    case 'kept':
      return {
        mark: mrkdwn`:warning:`,
        text: mrkdwn`The rotation is not done: the new key ${code(news.masked)} ${at} was not seen to work (${escapeText(news.why)}), so the old ${list(news.old)} stays. *Next:* see ${commandCode('status', news.gateway)}, then rotate again.`,
      };
    case 'ends':
      return {
        mark: mrkdwn`:hourglass:`,
        text: mrkdwn`Your key ${code(news.masked)} ${at} ends ${news.expiresAt === undefined ? 'soon' : moment(news.expiresAt)}. *Next:* rotate it: the new one works before this one goes.`,
        buttons: [keyButton('Rotate', `rotate ${quoted(news.app)}`, news.gateway)],
      };
    case 'revoked':
      return {
        mark: mrkdwn`:no_entry:`,
        text: mrkdwn`${whose} key ${list(news.keys)} ${at} is revoked${news.by === reader ? '' : mrkdwn` by ${mention(news.by)}`}.${own && news.by === reader ? mrkdwn` A new one: ${commandCode(showsIt(news))}.` : ''}`,
        more: [lag],
      };
  }
}

function listMessage(
  { owner, gateway, apps }: Extract<KeyNews, { kind: 'list' }>,
  job: string,
  reader: string,
): Message {
  const own = owner === reader;
  const who = own ? 'You have' : mrkdwn`${mention(owner)} has`;
  const mark = outcome('ok', job);
  if (apps.length === 0) {
    const text = mrkdwn`${who} no key for the gateway ${code(gateway)}. *Next:* ${commandCode(own ? 'key' : 'key @NAME', gateway)} makes one.`;
    return { text: spoken(text), blocks: [section(text)], mark };
  }
  const keys = apps.flatMap(({ rows }) => rows);
  const working = keys.filter(({ state }) => state === 'usable').length;
  const lead = mrkdwn`${who} ${count(apps.length, 'app')} for the gateway ${code(gateway)}, with ${count(keys.length, 'key')}, ${working} of them working.`;
  return {
    text: mrkdwn`${spoken(lead)} ${joined(
      apps.flatMap(({ app, rows }) =>
        rows.map(
          (row) => mrkdwn`${escapeText(`${app}: ${row.masked}`)} ${formatKeyState(row).text}`,
        ),
      ),
      '; ',
    )}`,
    blocks: [section(lead), ...apps.flatMap((app) => appBlocks(app, { own, owner, gateway }))],
    mark,
  };
}

/** Dead keys pile up: the newest few tell enough. */
const shownRows = 6;

function appBlocks(
  { app, isMadeHere, isWorking, rows }: KeyApp,
  { own, owner, gateway }: { own: boolean; owner: string; gateway: string },
): Block[] {
  const lines = rows.slice(0, shownRows).map((row) => {
    const { mark, text } = formatKeyState(row);
    const issued = row.issuedAt === undefined ? '' : mrkdwn` · issued ${moment(row.issuedAt)}`;
    return mrkdwn`${mark} ${code(row.masked)} ${text}${issued}`;
  });
  const rest = rows.length - lines.length;
  if (rest > 0) lines.push(mrkdwn`… and ${count(rest, 'older key')}`);
  const origin = isMadeHere ? '' : ' (made in Apigee)';
  const person = own ? '' : ` <@${owner}>`;
  const buttons: MessageButton[] = [
    ...(own && isWorking ? [revealButton({ gateway, app })] : []),
    ...(isWorking
      ? [
          keyButton('Rotate', `rotate ${quoted(app)}${person}`, gateway),
          keyButton('Revoke', `revoke ${quoted(app)}${person}`, gateway),
        ]
      : []),
  ];
  return [
    section(mrkdwn`*App ${code(app)}*${origin}\n${joined(lines, '\n')}`),
    ...(buttons.length === 0 ? [] : [actions(buttons)]),
  ];
}

export function formatKeyState(row: KeyRow): { mark: Mrkdwn; text: Mrkdwn } {
  switch (row.state) {
    case 'usable':
      return {
        mark: mrkdwn`:white_check_mark:`,
        text: mrkdwn`works${row.goesAt === undefined ? '' : mrkdwn`, replaced: goes ${moment(row.goesAt)}`}${row.expiresAt === undefined ? '' : mrkdwn`, ends ${moment(row.expiresAt)}`}`,
      };
    case 'pending':
      return { mark: mrkdwn`:hourglass_flowing_sand:`, text: mrkdwn`waits for an operator` };
    case 'revoked':
      return {
        mark: mrkdwn`:no_entry:`,
        text: mrkdwn`revoked${row.revokedBy === undefined ? '' : mrkdwn` by ${mention(row.revokedBy)}`}`,
      };
    case 'expired':
      return {
        mark: mrkdwn`:hourglass:`,
        text: mrkdwn`has expired${row.expiresAt === undefined ? '' : mrkdwn` ${moment(row.expiresAt)}`}`,
      };
  }
}

function revokeQuestion(
  { owner, gateway, app, keys }: Extract<KeyNews, { kind: 'revoke_question' }>,
  job: string,
  reader: string,
): Message {
  const whose = owner === reader ? 'your' : mrkdwn`${mention(owner)}'s`;
  const person = owner === reader ? '' : mrkdwn` ${mention(owner)}`;
  const rotateCommand = mrkdwn`\`/llmgw key rotate ${escapeText(quoted(app))}${person}${gateway === 'default' ? '' : mrkdwn` --gateway ${escapeText(gateway)}`}\``;
  const text = mrkdwn`Revoke ${whose} key ${list(keys)} of the app ${code(app)} for the gateway ${code(gateway)}? Whatever uses it is refused from then on; it cannot be taken back here.`;
  return {
    text: spoken(text),
    blocks: [
      section(mrkdwn`:warning: ${text}`),
      actions([
        {
          label: 'Revoke',
          action: 'key.revoke',
          value: revokedKey.write({ gateway, owner, app }),
          style: 'danger',
        },
        { label: 'Keep it', action: 'run.dismiss', value: job },
      ]),
      context(mrkdwn`${lag} To replace it without a gap: ${rotateCommand}.`),
    ],
    mark: outcome('asked', job),
  };
}

/** What a Revoke button is about. */
export const revokedKey = codec(
  z.object({ gateway: plainName, owner: z.string().regex(/^[UW][A-Z0-9]+$/), app: z.string() }),
);

const ends = (at: number | undefined): Mrkdwn =>
  at === undefined ? nothing : mrkdwn` It ends ${moment(at)}.`;
const list = (keys: readonly string[]): Mrkdwn =>
  joined(
    keys.map((key) => code(key)),
    ', ',
  );
const count = (number: number, noun: string): Mrkdwn =>
  escapeText(`${number} ${noun}${number === 1 ? '' : 's'}`);

export function keyButton(label: string, command: string, gateway: string): MessageButton {
  return {
    label,
    action: `command.${label.toLowerCase()}`,
    value: commandFor(`key ${command}`, gateway),
  };
}
