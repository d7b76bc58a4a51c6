// Audit trail as a message and as a file. Pure.
import type { AuditEntry } from '../../src/kernel/audit-trail.ts';
import { shorten } from '../../src/kernel/text.ts';
import { type Message, context, outcome, section } from '../../src/slack/messages/message.ts';
import {
  type Mrkdwn,
  mrkdwn,
  escapeText,
  code,
  moment,
  mention,
  channelLink,
  joined,
  nothing,
} from '../../src/slack/messages/mrkdwn.ts';

/** An action and its end. */
interface AuditLine {
  readonly first: AuditEntry;
  readonly last: AuditEntry;
}

/** @param entries newest first. @returns lines, newest first. */
export function auditLines(entries: readonly AuditEntry[]): AuditLine[] {
  const lines: { first: AuditEntry; last: AuditEntry }[] = [];
  for (const entry of entries.toReversed()) {
    const open = lines.findLast(({ first, last }) => first.job === entry.job && isOpen(last));
    if (open !== undefined && (entry.via === 'job' || entry.via === 'run')) open.last = entry;
    else lines.push({ first: entry, last: entry });
  }
  return lines.toReversed();
}

const isOpen = ({ outcome: how }: AuditEntry): boolean => how === 'accepted';

export function auditMessage(
  entries: readonly AuditLine[],
  { job, who }: { readonly job: string; readonly who: string | undefined },
): Message {
  const whose = who === undefined ? nothing : mrkdwn` by or for ${mention(who)}`;
  if (entries.length === 0) {
    const text = mrkdwn`No audit entries${whose}.`;
    return { text, blocks: [section(text)], mark: outcome('ok', job) };
  }
  const text =
    entries.length === 1
      ? mrkdwn`1 audit entry${whose}.`
      : mrkdwn`The ${entries.length} newest audit entries${whose}.`;
  return {
    text,
    blocks: [
      ...chunks(entries.map(line)).map((lines) => section(joined(lines, '\n'))),
      context(
        mrkdwn`${text} Add \`--last N\` for more, \`--user @NAME\` for one person, or \`--export csv\` for a file.`,
      ),
    ],
    mark: outcome('ok', job),
  };
}

const marks: Readonly<Record<string, Mrkdwn>> = {
  ok: mrkdwn`:white_check_mark:`,
  succeeded: mrkdwn`:white_check_mark:`,
  refused: mrkdwn`:no_entry:`,
  failed: mrkdwn`:x:`,
  cancelled: mrkdwn`:octagonal_sign:`,
  asked: mrkdwn`:grey_question:`,
  expired: mrkdwn`:hourglass:`,
  stale: mrkdwn`:grey_question:`,
  kept: mrkdwn`:warning:`,
  accepted: mrkdwn`:hourglass_flowing_sand:`,
};

function line({ first, last }: AuditLine): Mrkdwn {
  const who = first.who === 'llmgw' ? 'llmgw' : mrkdwn`${mention(first.who)}`;
  const whom = first.for ?? last.for;
  const on = first.on ?? last.on;
  const parts: Mrkdwn[] = [
    mrkdwn`${marks[last.outcome] ?? mrkdwn`:white_small_square:`} ${moment(first.at)}`,
    mrkdwn` ${who} ${code(shorten(first.said ?? first.what, 120))}`,
    on === undefined || first.said?.includes(on) === true
      ? nothing
      : mrkdwn` on ${code(shorten(on, 80))}`,
    whom === undefined || whom === first.who ? nothing : mrkdwn` for ${mention(whom)}`,
    mrkdwn` ${placeOf(first)}: *${escapeText(last.outcome)}*`,
    last.why === undefined ? nothing : mrkdwn` (${escapeText(shorten(last.why, 120))})`,
    last.approvedBy === undefined ? nothing : mrkdwn`, approved by ${mention(last.approvedBy)}`,
    mrkdwn` · ${code(first.job)}`,
  ];
  return joined(parts, '');
}

const ways: Readonly<Record<AuditEntry['via'], Mrkdwn>> = {
  slash: mrkdwn`by command`,
  mention: mrkdwn`by mention`,
  direct: mrkdwn`by direct message`,
  click: mrkdwn`by button`,
  window: mrkdwn`by modal`,
  shortcut: mrkdwn`by shortcut`,
  home: mrkdwn`on Home`,
  job: mrkdwn`by job`,
  run: mrkdwn`by run`,
};

function placeOf({ via, channel }: AuditEntry): Mrkdwn {
  const where = /^[CG]/.test(channel) ? mrkdwn`in ${channelLink(channel)}` : 'in direct messages';
  return mrkdwn`${ways[via]} ${where}`;
}

/** Lines for sections below Slack's limit. */
function chunks(lines: readonly Mrkdwn[]): Mrkdwn[][] {
  const all: Mrkdwn[][] = [[]];
  for (const one of lines) {
    const last = all.at(-1) ?? [];
    if (last.length > 0 && joined(last, '\n').length + one.length > 2_600) all.push([one]);
    else last.push(one);
  }
  return all;
}

const columns = [
  'time',
  'who',
  'what',
  'said',
  'on',
  'for',
  'channel',
  'via',
  'outcome',
  'why',
  'approvedBy',
  'job',
] as const;

/** One row per entry, oldest first. */
export function auditFile(
  entries: readonly AuditEntry[],
  format: 'csv' | 'jsonl',
): { name: string; content: string } {
  const rows = entries
    .toReversed()
    .map(({ at, ...entry }) => ({ time: new Date(at).toISOString(), ...entry }));
  if (format === 'jsonl') {
    return {
      name: 'llmgw-audit.jsonl',
      content: rows.map((row) => `${JSON.stringify(row)}\n`).join(''),
    };
  }
  const lines = rows.map((row) => columns.map((column) => cell(row[column] ?? '')).join(','));
  return {
    name: 'llmgw-audit.csv',
    content: `${[columns.join(','), ...lines].join('\r\n')}\r\n`,
  };
}

/** RFC 4180; a cell that a spreadsheet would read as a formula becomes text. */
function cell(text: string): string {
  const safe = /^[=+\-@\t\r]/.test(text) ? `'${text}` : text;
  return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}
