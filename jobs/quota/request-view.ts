// Quota request messages: button, modal, warning and news for the requester.
import { z } from 'zod';
import { codec } from '../../src/slack/messages/codec.ts';
import type { QuotaWarning } from './warning.ts';
import type { QuotaNews, QuotaRequestEnd } from './quota-request.ts';
import { type Modal, textField } from '../../src/slack/messages/modal.ts';
import { shorten } from '../../src/kernel/text.ts';
import { commandButton } from '../../src/slack/messages/commands.ts';
import { sentence } from '../../src/slack/messages/fault.ts';
import {
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
  nothing,
  quotedLines,
} from '../../src/slack/messages/mrkdwn.ts';

/** Button beside a limit: opens the quota request modal. */
export const requestMoreButton = (gateway: string): MessageButton => ({
  label: 'Request more',
  action: 'quota.request',
  value: gateway,
});

const myQuotaButton = (gateway: string): MessageButton =>
  commandButton('My quota', 'quota', gateway);

/** Ids of the modal and of its fields. */
export const quotaRequestModalIds = {
  callback: 'quota.request',
  desired: 'desired',
  why: 'why',
} as const;
/** Limit of a reason. */
export const whyChars = 500;

export interface QuotaModalFields {
  readonly gateway: string;
  /** `5 requests per minute`. */
  readonly now: string;
  /** Initial value of the field: `10/minute`. */
  readonly suggested: string;
  /** Channel of the request. */
  readonly channel: string;
}

export const askedQuota = codec(z.object({ gateway: z.string(), channel: z.string() }));

export function quotaModal({ gateway, now, suggested, channel }: QuotaModalFields): Modal {
  return {
    title: 'Request more quota',
    blocks: [
      section(
        mrkdwn`Each app can send *${escapeText(now)}* to gateway ${code(gateway)}. An operator decides on your request, and you get a message with the result.`,
      ),
      textField(quotaRequestModalIds.desired, {
        label: 'Requested limit',
        hint: 'A number per minute, hour, day or month, such as 20/minute.',
        initial: suggested,
        most: 40,
      }),
      textField(quotaRequestModalIds.why, {
        label: 'Reason',
        hint: 'Operators see this. Leave out keys and other secrets.',
        most: whyChars,
        isOptional: true,
      }),
      context(mrkdwn`The limit applies to every app on the gateway.`),
    ],
    form: {
      submit: 'Request',
      callback: quotaRequestModalIds.callback,
      metadata: askedQuota.write({ gateway, channel }),
    },
  };
}

/** Sent once per quota window, at 80 % of the limit; no outcome of a job. */
export function quotaWarningMessage({
  gateway,
  app,
  limit,
  window,
  used,
  resetsAt,
}: QuotaWarning): Message {
  const left = Math.max(0, limit - used);
  const reset = resetsAt === undefined ? '' : mrkdwn` Resets by ${moment(resetsAt)}.`;
  const text = mrkdwn`App ${code(app)} used ${Math.min(used, limit)} of ${limit} requests this ${escapeText(window)} on gateway ${code(gateway)}, ${left} left.${reset}`;
  return {
    text: mrkdwn`Quota almost used. ${text}`,
    blocks: [
      section(mrkdwn`:warning: *Quota almost used.* ${text}`),
      actions([requestMoreButton(gateway), myQuotaButton(gateway)]),
      context(
        mrkdwn`Counted by this bot. Requests from other clients with your key also count toward the quota.`,
      ),
    ],
  };
}

export function quotaNewsMessage(news: QuotaNews, job: string): Message {
  const { text, next, status, buttons = [], words } = describeNews(news);
  const said =
    words === undefined ? nothing : mrkdwn` Message: “${escapeText(shorten(words, 500))}”`;
  return {
    text: mrkdwn`${text} ${next}${said}`,
    blocks: [
      section(mrkdwn`${text}\n${next}`),
      ...(buttons.length === 0 ? [] : [actions(buttons)]),
      context(
        'runId' in news ? mrkdwn`run ${code(news.runId)} · ${escapeText(job)}` : escapeText(job),
      ),
      ...(words === undefined ? [] : [section(mrkdwn`*Message:*\n${quotedLines(words)}`)]),
    ],
    mark: outcome(status, job),
  };
}

interface NewsCopy {
  readonly text: Mrkdwn;
  readonly next: Mrkdwn;
  readonly status: 'ok' | 'refused' | 'failed';
  /** Of a person, quoted at the end. */
  readonly words?: string | undefined;
  readonly buttons?: readonly MessageButton[];
}

function describeNews(news: QuotaNews): NewsCopy {
  const { gateway: name } = news;
  const gateway = code(name);
  const desired = code(news.desired);
  const more = requestMoreButton(name);
  switch (news.kind) {
    case 'asked': {
      const instead =
        news.instead === undefined
          ? ''
          : mrkdwn` This replaces your request for ${code(news.instead)}.`;
      return {
        text: mrkdwn`:hourglass_flowing_sand: *Requested ${desired}* instead of ${code(news.now)} on gateway ${gateway}.${instead}`,
        next: mrkdwn`*Next:* an operator decides before ${moment(news.until)}. You get a direct message with the result.`,
        status: 'ok',
      };
    }
    case 'pending':
      return {
        text: mrkdwn`:hourglass_flowing_sand: *Already requested.* Your request for ${desired} is waiting for an operator.`,
        next: mrkdwn`*Next:* wait until ${moment(news.until)}, or request another limit to replace it.`,
        status: 'ok',
      };
    case 'approved':
      return {
        text: mrkdwn`:white_check_mark: *Approved* by ${mention(news.by)}: ${desired} on gateway ${gateway}.`,
        next: mrkdwn`*Next:* a run sets and verifies the limit. You get a message when it applies.`,
        status: 'ok',
      };
    case 'approved_once':
      return {
        text: mrkdwn`:white_check_mark: *Approved* by ${mention(news.by)}: ${desired} on gateway ${gateway}. A second operator must approve too.`,
        next: mrkdwn`*Next:* wait for the second decision. You get a message with the result.`,
        status: 'ok',
      };
    case 'denied': {
      return {
        text: mrkdwn`:no_entry: *Declined* by ${mention(news.by)}: ${desired} on gateway ${gateway}. The quota is unchanged.`,
        words: news.word,
        next: mrkdwn`*Next:* talk to the operators, or request another limit.`,
        status: 'refused',
        buttons: [more],
      };
    }
    case 'asked_again':
      return {
        text: mrkdwn`:hourglass_flowing_sand: *Requested again:* ${desired} on gateway ${gateway}, because ${escapeText(news.why)}.`,
        next: mrkdwn`*Next:* an operator decides on the updated request.`,
        status: 'ok',
      };
    case 'moot':
      return {
        text: mrkdwn`:white_check_mark: *No longer needed.* ${sentence(news.why)}`,
        next: mrkdwn`Your request for ${desired} is closed, and nothing changed.`,
        status: 'ok',
        buttons: [myQuotaButton(name)],
      };
    case 'ended':
      return ended(news, news.end);
  }
}

function ended(
  news: Extract<QuotaNews, { kind: 'ended' }>,
  { status, why }: QuotaRequestEnd,
): NewsCopy {
  const gateway = code(news.gateway);
  const desired = code(news.desired);
  const because = why === undefined ? '' : mrkdwn` (${escapeText(why)})`;
  switch (status) {
    case 'succeeded':
      return {
        text: mrkdwn`:white_check_mark: *New quota active:* each app can send ${desired} to gateway ${gateway}.`,
        next: mrkdwn`Apigee can apply the old limit for up to three more minutes.`,
        status: 'ok',
        buttons: [myQuotaButton(news.gateway)],
      };
    case 'failed':
      return {
        text: mrkdwn`:x: *Quota not changed yet.* The run that sets ${desired} on gateway ${gateway} failed${because}.`,
        next: mrkdwn`*Next:* an operator retries the run. You get a message with the result.`,
        status: 'failed',
      };
    case 'cancelled':
      return {
        text: mrkdwn`:octagonal_sign: *Quota unchanged.* The run that sets ${desired} on gateway ${gateway} was cancelled.`,
        next: mrkdwn`*Next:* ask an operator for the reason, or request it again.`,
        status: 'refused',
        buttons: [requestMoreButton(news.gateway)],
      };
    case 'refused':
      return {
        text: mrkdwn`:no_entry: *Quota unchanged.* The run that sets ${desired} on gateway ${gateway} could not start${because}.`,
        next: mrkdwn`*Next:* request it again.`,
        status: 'refused',
        buttons: [requestMoreButton(news.gateway)],
      };
    case 'denied':
      return {
        text: mrkdwn`:no_entry: *Declined* by the second operator: ${desired} on gateway ${gateway}. The quota is unchanged.`,
        next: mrkdwn`*Next:* talk to the operators, or request another limit.`,
        status: 'refused',
        buttons: [requestMoreButton(news.gateway)],
      };
  }
}
