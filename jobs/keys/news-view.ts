// Messages about keys that show none: lists, rotations, revocations, decisions. Pure.
import { plural } from '../../src/kernel/text.ts';
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
  nothing,
} from '../../src/slack/messages/mrkdwn.ts';

const lag = mrkdwn`The gateway can accept a revoked key for up to 3 minutes, until Apigee's cache expires.`;

/** @param reader Slack id of the reader. */
export function keyNewsMessage(news: KeyNews, job: string, reader: string): Message {
  if (news.kind === 'list') return listMessage(news, job, reader);
  if (news.kind === 'revoke_question') return revokeQuestion(news, job, reader);
  const { text, mark, more = [], buttons = [] } = describeNews(news, reader);
  return {
    text: text,
    blocks: [
      section(mrkdwn`${mark} ${text}`),
      ...more.map(context),
      ...(buttons.length === 0 ? [] : [actions(buttons)]),
    ],
    mark: outcome('ok', job),
  };
}

/** The same in the modal that the person's command opened. */
export function keyNewsModal(news: KeyNews, job: string, reader: string): Modal {
  const { blocks, mark } = keyNewsMessage(news, job, reader);
  return { title: 'Your API key', blocks, ...(mark === undefined ? {} : { mark }) };
}

interface NewsCopy {
  readonly text: Mrkdwn;
  /** An emoji; the text says the same. */
  readonly mark: Mrkdwn;
  readonly more?: readonly Mrkdwn[];
  readonly buttons?: readonly MessageButton[];
}

type ToldNews = Exclude<KeyNews, { kind: 'list' | 'revoke_question' }>;

function describeNews(news: ToldNews, reader: string): NewsCopy {
  const own = news.owner === reader;
  const whose = own ? 'Your' : mrkdwn`${mention(news.owner)}'s`;
  const at = mrkdwn`of app ${code(news.app)} on ${code(news.gateway)}`;
  switch (news.kind) {
    case 'issued':
      return {
        mark: mrkdwn`:key:`,
        text: mrkdwn`${mention(news.by)} issued you a key: ${code(news.masked)} ${at}.${ends(news.expiresAt)} Only you can see it.`,
        buttons: [revealButton(news)],
      };
    case 'issued_for':
      return {
        mark: mrkdwn`:white_check_mark:`,
        text: news.isNew
          ? mrkdwn`Issued key ${code(news.masked)} ${at} to ${mention(news.owner)}.${ends(news.expiresAt)} They got a direct message, and only they can reveal it.`
          : mrkdwn`${mention(news.owner)} already has key ${code(news.masked)} ${at}.${ends(news.expiresAt)} They can see it with ${commandCode(showsIt(news))}.`,
      };
    case 'pending':
      return {
        mark: mrkdwn`:hourglass_flowing_sand:`,
        text: mrkdwn`*Approval pending.* ${whose} key ${code(news.masked)} ${at} needs an operator's approval. ${own ? 'You get' : mrkdwn`${mention(news.owner)} gets`} a message once an operator decides.${news.old.length === 0 ? '' : mrkdwn` Until then, the old key ${list(news.old)} works.`}`,
      };
    case 'approved':
      return {
        mark: mrkdwn`:white_check_mark:`,
        text: mrkdwn`*Key approved.* ${mention(news.by)} approved your key ${code(news.masked)} ${at}.`,
        more: [mrkdwn`It can take up to 3 minutes to work.`],
        buttons: [revealButton(news)],
      };
    case 'denied':
      return {
        mark: mrkdwn`:no_entry:`,
        text: mrkdwn`*Key declined.* ${mention(news.by)} declined your key ${code(news.masked)} ${at}. *Next:* Ask ${mention(news.by)} for the reason.`,
      };
    case 'rotated':
      return {
        mark: mrkdwn`:arrows_counterclockwise:`,
        text: mrkdwn`*Key rotated.* ${own ? mrkdwn`${mention(news.by)} rotated your key` : mrkdwn`${whose} key`} ${at}${own ? '' : ' is rotated'}. The new key is ${code(news.masked)}.${ends(news.expiresAt)}`,
        more: news.replaces.old.length === 0 ? [] : [replacedText(news.replaces)],
        buttons: own ? [revealButton(news)] : [],
      };
    case 'retired':
      return {
        mark: mrkdwn`:white_check_mark:`,
        text: mrkdwn`*Rotation complete.* Key ${code(news.masked)} ${at} works. The old key ${list(news.old)} is deleted.`,
        more: [lag],
      };
    case 'kept':
      return {
        mark: mrkdwn`:warning:`,
        text: mrkdwn`*Rotation incomplete.* The new key ${code(news.masked)} ${at} does not work yet (${escapeText(news.why)}), so the old key ${list(news.old)} stays valid. *Next:* Check ${commandCode('status', news.gateway)}, then rotate again.`,
      };
    case 'ends':
      return {
        mark: mrkdwn`:hourglass:`,
        text: mrkdwn`*Key expiring.* Your key ${code(news.masked)} ${at} expires ${news.expiresAt === undefined ? 'soon' : moment(news.expiresAt)}. *Next:* Rotate it. Both keys work during the overlap.`,
        buttons: [keyButton('Rotate', `rotate ${quoted(news.app)}`, news.gateway)],
      };
    case 'revoked':
      return {
        mark: mrkdwn`:no_entry:`,
        text: mrkdwn`*Key revoked.* ${news.by === reader ? 'You' : mention(news.by)} revoked ${own ? 'your' : whose} key ${list(news.keys)} ${at}.${own && news.by === reader ? mrkdwn` *Next:* Run ${commandCode(showsIt(news))} to get a new one.` : ''}`,
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
    const text = mrkdwn`${who} no key for ${code(gateway)}. *Next:* Run ${commandCode(own ? 'key' : 'key @NAME', gateway)} to get one.`;
    return { text: text, blocks: [section(text)], mark };
  }
  const keys = apps.flatMap(({ rows }) => rows);
  const working = keys.filter(({ state }) => state === 'usable').length;
  const lead = mrkdwn`${who} ${escapeText(plural(keys.length, 'key'))} in ${escapeText(plural(apps.length, 'app'))} for ${code(gateway)}; ${working} active.`;
  return {
    text: mrkdwn`${lead} ${joined(
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

/** Old keys pile up: the newest few are enough. */
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
  if (rest > 0) lines.push(mrkdwn`…and ${escapeText(plural(rest, 'older key'))}`);
  const origin = isMadeHere ? '' : ' (created in Apigee)';
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
        text: mrkdwn`active${row.goesAt === undefined ? '' : mrkdwn`, replaced, works until ${moment(row.goesAt)}`}${row.expiresAt === undefined ? '' : mrkdwn`, expires ${moment(row.expiresAt)}`}`,
      };
    case 'pending':
      return { mark: mrkdwn`:hourglass_flowing_sand:`, text: mrkdwn`approval pending` };
    case 'revoked':
      return {
        mark: mrkdwn`:no_entry:`,
        text: mrkdwn`revoked${row.revokedBy === undefined ? '' : mrkdwn` by ${mention(row.revokedBy)}`}`,
      };
    case 'expired':
      return {
        mark: mrkdwn`:hourglass:`,
        text: mrkdwn`expired${row.expiresAt === undefined ? '' : mrkdwn` ${moment(row.expiresAt)}`}`,
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
  const text = mrkdwn`Revoke ${whose} key ${list(keys)} of app ${code(app)} on ${code(gateway)}? Requests with this key will fail. You can't undo this.`;
  return {
    text: text,
    blocks: [
      section(mrkdwn`:warning: ${text}`),
      actions([
        {
          label: 'Revoke',
          action: 'key.revoke',
          value: revokedKey.write({ gateway, owner, app }),
          style: 'danger',
        },
        { label: 'Keep key', action: 'key.keep', value: job },
      ]),
      context(mrkdwn`${lag} To replace the key without downtime, run ${rotateCommand}.`),
    ],
    mark: outcome('asked', job),
  };
}

/** Value of a Revoke button. */
export const revokedKey = codec(
  z.object({ gateway: plainName, owner: z.string().regex(/^[UW][A-Z0-9]+$/), app: z.string() }),
);

const ends = (at: number | undefined): Mrkdwn =>
  at === undefined ? nothing : mrkdwn` It expires ${moment(at)}.`;
const list = (keys: readonly string[]): Mrkdwn =>
  joined(
    keys.map((key) => code(key)),
    ', ',
  );

export function keyButton(label: string, command: string, gateway: string): MessageButton {
  return {
    label,
    action: `command.${label.toLowerCase()}`,
    value: commandFor(`key ${command}`, gateway),
  };
}
