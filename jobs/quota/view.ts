// A quota in one message: the limit, what is used, when it resets, and what was sent over time. Pure.
import { commandCode } from '../../src/slack/messages/commands.ts';
import type { QuotaReport, UsageOverTime } from './usage/report.ts';
import {
  type Block,
  type MessageButton,
  type Message,
  actions,
  context,
  header,
  outcome,
  section,
} from '../../src/slack/messages/message.ts';
import { requestMoreButton } from './request-view.ts';
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

/** Of the picture: Slack's id, and what it shows. */
export interface ShownPicture {
  readonly fileId: string;
  readonly altText: string;
}

export interface QuotaShowing {
  readonly picture: ShownPicture | undefined;
  /** The message cannot hold the picture; a button opens it. */
  readonly offersChart: boolean;
}

const mostRows = 10;

export function quotaMessage(
  report: QuotaReport,
  { picture, offersChart }: QuotaShowing,
  job: string,
): Message {
  const { gateway, sent } = report;
  const who = report.user === undefined ? 'everybody together' : mrkdwn`${mention(report.user)}`;
  const whose = report.app === undefined ? who : mrkdwn`${who}, app ${code(report.app)}`;
  return {
    text: mrkdwn`Quota of the gateway ${escapeText(gateway)}: ${escapeText(report.quota)} for each app. ${formatUsed(report)} ${formatSent(sent)}`,
    blocks: [
      header(`Quota of the gateway ${gateway}`),
      section(
        joined([mrkdwn`*Whose:* ${whose}`, ...limitLines(report), ...usedLines(report)], '\n'),
      ),
      ...('problem' in sent ? [section(problemLine(sent.problem))] : overTime(sent, picture)),
      actions(buttons(report, offersChart)),
      context(mrkdwn`${footnote(report)} · ${escapeText(job)}`),
    ],
    mark: outcome('ok', job),
  };
}

export function limitLines({ gateway, quota, shownByApigee }: QuotaReport): Mrkdwn[] {
  const desired = mrkdwn`*Limit:* ${escapeText(quota)}, counted for each app by itself`;
  if (shownByApigee === undefined) return [desired];
  return [
    desired,
    mrkdwn`:warning: Apigee shows ${code(shownByApigee)} now. A change takes up to three minutes; if it stays, an operator types ${commandCode('doctor', gateway)}.`,
  ];
}

export function usedLines({ gateway, limit, used, isOwn }: QuotaReport): Mrkdwn[] {
  if (used === undefined) return [];
  if (used.length === 0) {
    const next = isOwn ? mrkdwn` ${commandCode('key', gateway)} makes one.` : '';
    return [
      mrkdwn`*Used from here:* nothing, as there is no app with a key for this gateway.${next}`,
    ];
  }
  const begun = used.filter((one) => one.resetsAt !== undefined);
  if (begun.length === 0) return [mrkdwn`*Used from here:* nothing in this window`];
  return begun.flatMap(({ app, used: count, resetsAt }) => {
    const whose = used.length === 1 ? '' : mrkdwn` by ${code(app)}`;
    return [
      mrkdwn`*Used from here${whose}:* ${Math.min(count, limit)} of ${limit}, ${Math.max(0, limit - count)} left`,
      ...(resetsAt === undefined ? [] : [mrkdwn`*Resets:* ${moment(resetsAt)} at the latest`]),
    ];
  });
}

function formatUsed({ limit, used }: QuotaReport): Mrkdwn {
  if (used === undefined) return nothing;
  const most = Math.max(0, ...used.map((one) => one.used));
  const whose = used.length > 1 ? ' by the app that has sent most' : '';
  return mrkdwn`${Math.min(most, limit)} of ${limit} used from here${whose}.`;
}

function formatSent(sent: QuotaReport['sent']): Mrkdwn {
  return 'problem' in sent
    ? problemLine(sent.problem)
    : mrkdwn`${formatSpan(sent)}: ${sumOf(sent)}.`;
}

function sumOf(sent: UsageOverTime): Mrkdwn {
  const { requests, errors } = totals(sent);
  if (requests === 0) return mrkdwn`nothing was sent, as far as the statistics have come`;
  return mrkdwn`${requests} sent, ${errors} of them refused`;
}

export const problemLine = (problem: string): Mrkdwn =>
  mrkdwn`Apigee's statistics could not be read: ${escapeText(problem)}. A pay-as-you-go organization needs the Analytics add-on on the environment.`;

function overTime(sent: UsageOverTime, picture: ShownPicture | undefined): Block[] {
  const title = mrkdwn`*${formatSpan(sent)}:* ${sumOf(sent)}`;
  const rows = sent.series
    .map(({ name, points }) => ({ name, ...totals({ series: [{ name, points }] }) }))
    .toSorted((a, b) => b.requests - a.requests);
  const lines = rows
    .slice(0, mostRows)
    .map((row) => mrkdwn`• ${code(row.name)}: ${row.requests} sent, ${row.errors} refused`);
  const more = rows.length > mostRows ? [mrkdwn`… and ${rows.length - mostRows} more`] : [];
  return [
    section(joined([title, ...lines, ...more], '\n')),
    ...(picture === undefined ? [] : [image(picture)]),
  ];
}

function image({ fileId, altText }: ShownPicture): Block {
  return { type: 'image', slack_file: { id: fileId }, alt_text: altText };
}

export function totals({ series }: Pick<UsageOverTime, 'series'>): {
  requests: number;
  errors: number;
} {
  const points = series.flatMap((row) => row.points);
  return {
    requests: points.reduce((sum, point) => sum + point.requests, 0),
    errors: points.reduce((sum, point) => sum + point.errors, 0),
  };
}

const formatSpan = ({ span }: UsageOverTime): Mrkdwn =>
  span === 'day' ? mrkdwn`Last 24 hours` : mrkdwn`Last 7 days`;

function buttons(report: QuotaReport, offersChart: boolean): MessageButton[] {
  const { gateway, sent, user, isOwn, app } = report;
  const span = 'span' in sent ? sent.span : 'day';
  const other = span === 'week' ? 'day' : 'week';
  const words = (chosen: 'day' | 'week'): string =>
    [
      'quota',
      ...(user === undefined ? ['--all'] : isOwn ? [] : [`@${user}`]),
      ...(app === undefined ? [] : [`--app "${app}"`]),
      `--${chosen}`,
      ...(gateway === 'default' ? [] : [`--gateway ${gateway}`]),
    ].join(' ');
  return [
    ...(offersChart ? [{ label: 'Show chart', action: 'window.quota', value: words(span) }] : []),
    {
      label: other === 'week' ? 'Last 7 days' : 'Last 24 hours',
      action: 'command.quota',
      value: words(other),
    },
    ...(isOwn ? [requestMoreButton(gateway)] : []),
  ];
}

const lag = mrkdwn`Apigee's statistics lag up to ten minutes.`;
const counted = (they: 'you' | 'they', their: 'your' | 'their'): Mrkdwn =>
  mrkdwn`Counted here: what ${they} asked through me. Requests with ${their} key from elsewhere count as well, and only Apigee knows them. ${lag}`;
export const countedHere = counted('you', 'your');

function footnote({ used, isOwn }: QuotaReport): Mrkdwn {
  if (used === undefined) return lag;
  return isOwn ? countedHere : counted('they', 'their');
}
