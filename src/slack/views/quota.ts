// A quota in one message: the limit, what is used, when it resets, and what was sent over time. Pure.
import type { QuotaReport, UsageOverTime } from '../../../jobs/quota-report.ts';
import { code, escapeText, moment } from '../slack-text.ts';
import { type Block, type Message, actions, context, header, outcome, section } from './message.ts';

/** Of the picture: Slack's id, and what it shows. */
export interface ShownPicture {
  readonly fileId: string;
  readonly altText: string;
}

const mostRows = 10;

export function quotaMessage(
  report: QuotaReport,
  picture: ShownPicture | undefined,
  job: string,
): Message {
  const { gateway, sent } = report;
  const whose = report.user === undefined ? 'everybody together' : `<@${report.user}>`;
  return {
    text: `Quota of the gateway ${gateway}: ${report.quota} for each app. ${usedInWords(report)} ${sentInWords(sent)}`,
    blocks: [
      header(`Quota of the gateway ${gateway}`),
      section([`*Whose:* ${whose}`, ...limitLines(report), ...usedLines(report)].join('\n')),
      ...('problem' in sent ? [section(problemLine(sent.problem))] : overTime(sent, picture)),
      actions(buttons(report)),
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

export function usedLines({ limit, used }: QuotaReport): string[] {
  if (used === undefined) return [];
  const { resetsAt } = used;
  if (resetsAt === undefined) return ['*Used from here:* nothing in this window'];
  const left = Math.max(0, limit - used.used);
  return [
    `*Used from here:* ${Math.min(used.used, limit)} of ${limit}, ${left} left`,
    `*Resets:* ${moment(resetsAt)} at the latest`,
  ];
}

function usedInWords({ limit, used }: QuotaReport): string {
  if (used === undefined) return '';
  return `${Math.min(used.used, limit)} of ${limit} used from here.`;
}

function sentInWords(sent: QuotaReport['sent']): string {
  if ('problem' in sent) return problemLine(sent.problem);
  const { requests, errors } = totals(sent);
  return `${spanInWords(sent)}: ${requests} sent, ${errors} of them refused.`;
}

export const problemLine = (problem: string): string =>
  `Apigee's statistics could not be read: ${escapeText(problem)}`;

function overTime(sent: UsageOverTime, picture: ShownPicture | undefined): Block[] {
  const { requests, errors } = totals(sent);
  const title = `*${spanInWords(sent)}:* ${requests} sent, ${errors} of them refused`;
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

function buttons({ gateway, sent, user }: QuotaReport) {
  const other = 'span' in sent && sent.span === 'week' ? 'day' : 'week';
  const whose = user === undefined ? ' --all' : '';
  const named = gateway === 'default' ? '' : ` --gateway ${gateway}`;
  return [
    {
      label: other === 'week' ? 'Last 7 days' : 'Last 24 hours',
      action: 'command.quota',
      value: `quota${whose}${other === 'week' ? ' --week' : ''}${named}`,
    },
  ];
}

const lag = "Apigee's statistics lag up to ten minutes.";
export const countedHere = `Counted here: what you asked through me. Requests with your key from elsewhere count as well, and only Apigee knows them. ${lag}`;

function footnote({ used }: QuotaReport): string {
  return used === undefined ? lag : countedHere;
}
