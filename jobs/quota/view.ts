// Quota message: limit, usage, reset and requests over time.
import { plural } from '../../src/kernel/text.ts';
import { commandCode } from '../../src/slack/messages/commands.ts';
import { sentence } from '../../src/slack/messages/fault.ts';
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

/** The chart's file and its alternative text. */
export interface ShownPicture {
  readonly fileId: string;
  readonly altText: string;
}

export interface QuotaShowing {
  readonly picture: ShownPicture | undefined;
  /** Shows a button for the chart, which this message cannot hold. */
  readonly offersChart: boolean;
}

const mostRows = 10;

export function quotaMessage(
  report: QuotaReport,
  { picture, offersChart }: QuotaShowing,
  job: string,
): Message {
  const { gateway, sent } = report;
  const who = report.user === undefined ? 'all users' : mrkdwn`${mention(report.user)}`;
  const whose = report.app === undefined ? who : mrkdwn`${who}, app ${code(report.app)}`;
  return {
    text: mrkdwn`Quota of gateway ${escapeText(gateway)}: ${escapeText(report.quota)} per app. ${formatUsed(report)} ${formatSent(sent)}`,
    blocks: [
      header(`Quota of gateway ${gateway}`),
      section(joined([mrkdwn`*For:* ${whose}`, ...limitLines(report), ...usedLines(report)], '\n')),
      ...('problem' in sent ? [section(problemLine(sent.problem))] : overTime(sent, picture)),
      actions(buttons(report, offersChart)),
      context(mrkdwn`${footnote(report)} · ${escapeText(job)}`),
    ],
    mark: outcome('ok', job),
  };
}

export function limitLines({ gateway, quota, shownByApigee }: QuotaReport): Mrkdwn[] {
  const desired = mrkdwn`*Limit:* ${escapeText(quota)} per app`;
  if (shownByApigee === undefined) return [desired];
  return [
    desired,
    mrkdwn`:warning: *Different limit:* Apigee shows ${code(shownByApigee)}. A change takes up to three minutes. If it stays, an operator can run ${commandCode('doctor', gateway)}.`,
  ];
}

export function usedLines({ gateway, limit, used, isOwn }: QuotaReport): Mrkdwn[] {
  if (used === undefined) return [];
  if (used.length === 0) {
    const next = isOwn ? mrkdwn` *Next:* get one with ${commandCode('key', gateway)}.` : '';
    return [mrkdwn`*Used via this bot:* 0, as no app has a key for this gateway.${next}`];
  }
  const begun = used.filter((one) => one.resetsAt !== undefined);
  if (begun.length === 0) return [mrkdwn`*Used via this bot:* 0 of ${limit}, ${limit} left`];
  return begun.flatMap(({ app, used: count, resetsAt }) => {
    const whose = used.length === 1 ? '' : mrkdwn` by ${code(app)}`;
    return [
      mrkdwn`*Used via this bot${whose}:* ${Math.min(count, limit)} of ${limit}, ${Math.max(0, limit - count)} left`,
      ...(resetsAt === undefined ? [] : [mrkdwn`*Resets:* by ${moment(resetsAt)}`]),
    ];
  });
}

function formatUsed({ limit, used }: QuotaReport): Mrkdwn {
  if (used === undefined) return nothing;
  const most = Math.max(0, ...used.map((one) => one.used));
  const whose = used.length > 1 ? ' by the most active app' : '';
  return mrkdwn`${Math.min(most, limit)} of ${limit} used via this bot${whose}.`;
}

function formatSent(sent: QuotaReport['sent']): Mrkdwn {
  return 'problem' in sent
    ? problemLine(sent.problem)
    : mrkdwn`${formatSpan(sent)}: ${sumOf(sent)}.`;
}

function sumOf(sent: UsageOverTime): Mrkdwn {
  const { requests, errors } = totals(sent);
  if (requests === 0) return mrkdwn`no requests in the statistics yet`;
  return mrkdwn`${escapeText(plural(requests, 'request'))}, ${errors} refused`;
}

export const problemLine = (problem: string): Mrkdwn =>
  mrkdwn`*Statistics unavailable.* ${sentence(problem)} A pay-as-you-go organization needs the Analytics add-on on the environment.`;

function overTime(sent: UsageOverTime, picture: ShownPicture | undefined): Block[] {
  const title = mrkdwn`*${formatSpan(sent)}:* ${sumOf(sent)}`;
  const rows = sent.series
    .map(({ name, points }) => ({ name, ...totals({ series: [{ name, points }] }) }))
    .toSorted((a, b) => b.requests - a.requests);
  const lines = rows
    .slice(0, mostRows)
    .map(
      (row) =>
        mrkdwn`• ${code(row.name)}: ${escapeText(plural(row.requests, 'request'))}, ${row.errors} refused`,
    );
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

const lag = mrkdwn`Apigee statistics lag by up to ten minutes.`;
const counted = (their: 'your' | 'their'): Mrkdwn =>
  mrkdwn`Usage counts requests via this bot. Requests from other clients with ${their} key also count toward the quota, but only Apigee sees them. ${lag}`;
export const countedHere = counted('your');

function footnote({ used, isOwn }: QuotaReport): Mrkdwn {
  if (used === undefined) return lag;
  return isOwn ? countedHere : counted('their');
}
