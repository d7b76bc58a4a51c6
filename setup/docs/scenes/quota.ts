// Scenes of quotas: report, warning and request.
import type { QuotaNews, QuotaRequestEnd } from '../../../jobs/quota/quota-request.ts';
import type { QuotaReport } from '../../../jobs/quota/usage/report.ts';
import {
  quotaModal,
  quotaNewsMessage,
  quotaWarningMessage,
} from '../../../jobs/quota/request-view.ts';
import { quotaMessage } from '../../../jobs/quota/view.ts';
import { quotaModal as setQuotaModal } from '../../../jobs/home/modal-view.ts';
import {
  type Chapter,
  type Scene,
  alice,
  channel,
  gateway,
  hours,
  job,
  minutes,
  now,
  olivia,
} from '../scene.ts';

const series = [
  {
    name: 'llmgw-default',
    points: [{ at: now - hours(2), requests: 40, errors: 3 }],
  },
  { name: 'ci', points: [{ at: now - hours(1), requests: 12, errors: 0 }] },
];
const sent = { span: 'day', from: now - hours(24), to: now, unitMs: hours(1), series } as const;

const report: QuotaReport = {
  gateway,
  user: alice,
  isOwn: true,
  app: undefined,
  limit: 5,
  quota: '5 requests per minute',
  shownByApigee: undefined,
  used: [{ app: 'llmgw-default', used: 3, resetsAt: now + minutes(1) }],
  sent,
};
/** The same over the days that Home shows. */
export const weekReport: QuotaReport = {
  ...report,
  sent: { ...sent, span: 'week', from: now - hours(168), unitMs: hours(24) },
};

const picture = {
  fileId: 'F0USAGE',
  altText:
    'Bar chart. Requests per hour (UTC) over the last 24 hours. 08:00: 40 llmgw-default, 12 ci.',
};
const noPicture = { picture: undefined, offersChart: false };

const shown = (title: string, when: string, given: Partial<QuotaReport>): Scene => ({
  title,
  when,
  message: quotaMessage({ ...report, ...given }, noPicture, job),
});

const about = { gateway, desired: '20/minute' };
const news = (title: string, given: QuotaNews): Scene => ({
  title,
  when: 'to the person who asked',
  message: quotaNewsMessage(given, job),
});
const ended = (title: string, end: QuotaRequestEnd): Scene =>
  news(title, { ...about, kind: 'ended', runId: 'provision-default-4f1c2a', end });

const warning = { gateway, app: 'llmgw-default', limit: 5, window: 'minute', used: 4 };

export const quotaScenes: Chapter = {
  title: 'Quota',
  scenes: [
    {
      title: 'Quota with its chart',
      when: '`/llmgw quota` in direct messages',
      message: quotaMessage(report, { picture, offersChart: false }, job),
    },
    {
      title: 'Quota, chart on request',
      when: '`/llmgw quota` in a channel',
      message: quotaMessage(report, { picture: undefined, offersChart: true }, job),
    },
    shown('Quota, nothing sent', 'nothing was sent', {
      used: [{ app: 'llmgw-default', used: 0, resetsAt: undefined }],
      sent: { ...sent, span: 'week', series: [] },
    }),
    shown('Quota, no key', 'the person has no key', { used: [] }),
    shown('Quota, several apps', 'requests from two apps', {
      used: [
        { app: 'llmgw-default', used: 3, resetsAt: now + minutes(1) },
        { app: 'ci', used: 9, resetsAt: now + minutes(1) },
      ],
    }),
    shown('Quota of another person', '`/llmgw quota @alice` by an operator', {
      isOwn: false,
      app: 'ci',
    }),
    shown('Quota of all users', '`/llmgw quota --all` by an operator', {
      user: undefined,
      isOwn: false,
      used: undefined,
    }),
    shown('Quota that Apigee shows differently', 'a change is not active yet', {
      shownByApigee: '5 per minute',
      sent: { problem: 'Apigee did not answer in time.' },
    }),
    {
      title: 'Warning',
      when: '80 % of the limit is used',
      message: quotaWarningMessage({ ...warning, resetsAt: now + minutes(1) }),
    },
    {
      title: 'Warning, reset unknown',
      when: '80 % of the limit is used',
      message: quotaWarningMessage({ ...warning, resetsAt: undefined }),
    },
    {
      title: 'Request',
      when: '**Request more**',
      modal: quotaModal({
        gateway,
        now: '5 requests per minute',
        suggested: '10/minute',
        channel,
      }),
    },
    { title: 'Set the quota', when: '**Set quota** on Home', modal: setQuotaModal(gateway) },
    news('Requested', {
      ...about,
      kind: 'asked',
      now: '5/minute',
      until: now + hours(72),
      instead: undefined,
    }),
    news('Requested in place of another request', {
      ...about,
      kind: 'asked',
      now: '5/minute',
      until: now + hours(72),
      instead: '10/minute',
    }),
    news('Requested twice', { ...about, kind: 'pending', until: now + hours(72) }),
    news('Approved', { ...about, kind: 'approved', by: olivia, runId: 'provision-default-4f1c2a' }),
    news('Approved by one of two operators', { ...about, kind: 'approved_once', by: olivia }),
    news('Declined', { ...about, kind: 'denied', by: olivia, word: 'We have no nodes left' }),
    news('Declined without a reason', { ...about, kind: 'denied', by: olivia, word: undefined }),
    news('Requested again', {
      ...about,
      kind: 'asked_again',
      why: 'the gateway has changed since',
    }),
    news('Not needed', { ...about, kind: 'moot', why: 'The quota is 20 per minute already' }),
    ended('In force', { status: 'succeeded' }),
    ended('Run failed', { status: 'failed', why: 'Apigee did not answer in time' }),
    ended('Run cancelled', { status: 'cancelled' }),
    ended('Run refused', { status: 'refused', why: 'another run is active' }),
    ended('Second operator declined', { status: 'denied' }),
  ],
};
