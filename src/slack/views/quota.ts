// A quota in one message: the limit, what is used, when it resets, and what was sent over time. Pure.
import type { QuotaReport, UsageOverTime } from '../../../jobs/quota/report.ts';
import { code, escapeText, moment } from '../slack-text.ts';
import {
  type Block,
  type Button,
  type Message,
  actions,
  context,
  header,
  outcome,
  section,
} from './message.ts';
import { requestMoreButton } from './quota-request.ts';

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
  const who = report.user === undefined ? 'everybody together' : `<@${report.user}>`;
  const whose = report.app === undefined ? who : `${who}, app ${code(report.app)}`;
  return {
    text: `Quota of the gateway ${gateway}: ${report.quota} for each app. ${usedInWords(report)} ${sentInWords(sent)}`,
    blocks: [
      header(`Quota of the gateway ${gateway}`),
      section([`*Whose:* ${whose}`, ...limitLines(report), ...usedLines(report)].join('\n')),
      ...('problem' in sent ? [section(problemLine(sent.problem))] : overTime(sent, picture)),
      actions(buttons(report, offersChart)),
      context(`${footnote(report)} · ${job}`),
    ],
    mark: outcome('ok', job),
  };
}

export function limitLines({ quota, shownByApigee }: QuotaReport): string[] {
  const wanted = `*Limit:* ${quota}, counted for each app by itself`;
  if (shownByApigee === undefined) return [wanted];
  return [
    wanted,
    `:warning: Apigee shows ${code(shownByApigee)} now. A change takes up to three minutes; if it stays, an operator types \`/llmgw doctor\`.`,
  ];
}

export function usedLines({ limit, used, isOwn }: QuotaReport): string[] {
  if (used === undefined) return [];
  if (used.length === 0) {
    const next = isOwn ? ' `/llmgw key` makes one.' : '';
    return [`*Used from here:* nothing, as there is no app with a key for this gateway.${next}`];
  }
  const begun = used.filter((one) => one.resetsAt !== undefined);
  if (begun.length === 0) return ['*Used from here:* nothing in this window'];
  return begun.flatMap(({ app, used: count, resetsAt }) => {
    const whose = used.length === 1 ? '' : ` by ${code(app)}`;
    return [
      `*Used from here${whose}:* ${Math.min(count, limit)} of ${limit}, ${Math.max(0, limit - count)} left`,
      ...(resetsAt === undefined ? [] : [`*Resets:* ${moment(resetsAt)} at the latest`]),
    ];
  });
}

function usedInWords({ limit, used }: QuotaReport): string {
  if (used === undefined) return '';
  const most = Math.max(0, ...used.map((one) => one.used));
  const whose = used.length > 1 ? ' by the app that has sent most' : '';
  return `${Math.min(most, limit)} of ${limit} used from here${whose}.`;
}

function sentInWords(sent: QuotaReport['sent']): string {
  return 'problem' in sent ? problemLine(sent.problem) : `${spanInWords(sent)}: ${sumOf(sent)}.`;
}

function sumOf(sent: UsageOverTime): string {
  const { requests, errors } = totals(sent);
  if (requests === 0) return 'nothing was sent, as far as the statistics have come';
  return `${requests} sent, ${errors} of them refused`;
}

export const problemLine = (problem: string): string =>
  `Apigee's statistics could not be read: ${escapeText(problem)}`;

function overTime(sent: UsageOverTime, picture: ShownPicture | undefined): Block[] {
  const title = `*${spanInWords(sent)}:* ${sumOf(sent)}`;
  const rows = sent.series
    .map(({ name, points }) => ({ name, ...totals({ series: [{ name, points }] }) }))
    .toSorted((a, b) => b.requests - a.requests);
  const lines = rows
    .slice(0, mostRows)
    .map((row) => `• ${code(row.name)}: ${row.requests} sent, ${row.errors} refused`);
  const more = rows.length > mostRows ? [`… and ${rows.length - mostRows} more`] : [];
  return [
    section([title, ...lines, ...more].join('\n')),
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

const spanInWords = ({ span }: UsageOverTime): string =>
  span === 'day' ? 'Last 24 hours' : 'Last 7 days';

function buttons(report: QuotaReport, offersChart: boolean): Button[] {
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

const lag = "Apigee's statistics lag up to ten minutes.";
const counted = (they: string, their: string): string =>
  `Counted here: what ${they} asked through me. Requests with ${their} key from elsewhere count as well, and only Apigee knows them. ${lag}`;
export const countedHere = counted('you', 'your');

function footnote({ used, isOwn }: QuotaReport): string {
  if (used === undefined) return lag;
  return isOwn ? countedHere : counted('they', 'their');
}
