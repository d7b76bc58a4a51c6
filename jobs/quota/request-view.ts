// More quota, asked for: the button and its window, the window of a no, and what the asker is told at each turn. Pure.
import { z } from 'zod';
import { codec } from '../../src/slack/messages/codec.ts';
import type { QuotaWarning } from './warning.ts';
import type { QuotaNews, QuotaRequestEnd } from './quota-request.ts';
import { type Modal, noticeModal, textField } from '../../src/slack/messages/modal.ts';
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
  spoken,
} from '../../src/slack/messages/mrkdwn.ts';

/** Wherever a person meets a limit: opens the window that asks operators for more. */
export const requestMoreButton = (gateway: string): MessageButton => ({
  label: 'Request more',
  action: 'quota.request',
  value: gateway,
});

const myQuotaButton = (gateway: string): MessageButton =>
  commandButton('My quota', 'quota', gateway);

/** Ids of the window and of its fields. */
export const quotaRequestModalIds = {
  callback: 'quota.request',
  desired: 'desired',
  why: 'why',
} as const;
/** Of an operator's no. */

/** Longer reasons are read by nobody. */
export const whyChars = 500;

export interface QuotaWindow {
  readonly gateway: string;
  /** `5 requests per minute`. */
  readonly now: string;
  /** `10/minute`: what stands in the field. */
  readonly suggested: string;
  /** Where the window was asked for. */
  readonly channel: string;
}

export const askedQuota = codec(z.object({ gateway: z.string(), channel: z.string() }));

export function quotaModal({ gateway, now, suggested, channel }: QuotaWindow): Modal {
  return {
    title: 'Request more quota',
    blocks: [
      section(
        mrkdwn`Each app may send *${escapeText(now)}* to the gateway ${code(gateway)}. An operator decides on your wish, and you are told what becomes of it.`,
      ),
      textField(quotaRequestModalIds.desired, {
        label: 'Wanted limit',
        hint: 'A number, a slash, and minute, hour, day or month: 20/minute.',
        initial: suggested,
        most: 40,
      }),
      textField(quotaRequestModalIds.why, {
        label: 'What for',
        hint: 'The operators see it. Please no keys or other secrets.',
        most: whyChars,
        isOptional: true,
      }),
      context(mrkdwn`It is one limit for the whole gateway: more for you is more for every app.`),
    ],
    form: {
      submit: 'Ask for it',
      callback: quotaRequestModalIds.callback,
      metadata: askedQuota.write({ gateway, channel }),
    },
  };
}

export const quotaNotice = noticeModal('Request more quota');

/** Once a window, when four fifths of it are used. It is no job's outcome. */
export function quotaWarningMessage({
  gateway,
  app,
  limit,
  window,
  used,
  resetsAt,
}: QuotaWarning): Message {
  const left = Math.max(0, limit - used);
  const reset = resetsAt === undefined ? '' : mrkdwn`; it resets ${moment(resetsAt)} at the latest`;
  const text = mrkdwn`${Math.min(used, limit)} of ${limit} requests of this ${escapeText(window)} are used by your app ${code(app)} on the gateway ${code(gateway)}: ${left} left${reset}.`;
  return {
    text: spoken(text),
    blocks: [
      section(mrkdwn`:warning: *Nearly used:* ${text}`),
      actions([requestMoreButton(gateway), myQuotaButton(gateway)]),
      context(
        mrkdwn`Counted here: what went through me. Requests with your key from elsewhere count as well.`,
      ),
    ],
  };
}

export function quotaNewsMessage(news: QuotaNews, job: string): Message {
  const { text, next, status, buttons = [] } = describeNews(news);
  return {
    text: spoken(mrkdwn`${text} ${next}`),
    blocks: [
      section(mrkdwn`${text}\n${next}`),
      ...(buttons.length === 0 ? [] : [actions(buttons)]),
      context(escapeText(job)),
    ],
    mark: outcome(status, job),
  };
}

interface NewsCopy {
  readonly text: Mrkdwn;
  readonly next: Mrkdwn;
  readonly status: 'ok' | 'refused' | 'failed';
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
          : mrkdwn` It takes the place of your wish for ${code(news.instead)}, which is withdrawn.`;
      return {
        text: mrkdwn`:hourglass_flowing_sand: *Asked for ${desired}* in place of ${code(news.now)} on the gateway ${gateway}.${instead}`,
        next: mrkdwn`*Next:* an operator decides until ${moment(news.until)}; no answer counts as no. I write to you directly either way.`,
        status: 'ok',
      };
    }
    case 'pending':
      return {
        text: mrkdwn`:hourglass_flowing_sand: *You have asked for ${desired} already*, and nobody has decided yet. The operators still see your first question.`,
        next: mrkdwn`*Next:* wait until ${moment(news.until)}, or ask for another limit, which takes its place.`,
        status: 'ok',
      };
    case 'approved':
      return {
        text: mrkdwn`:white_check_mark: *Approved* by ${mention(news.by)}: the quota of the gateway ${gateway} becomes ${desired}.`,
        next: mrkdwn`The run ${code(news.runId)} sets it and proves it. *Next:* I write again when it is in force.`,
        status: 'ok',
      };
    case 'approved_once':
      return {
        text: mrkdwn`:white_check_mark: *Approved* by ${mention(news.by)}: ${desired} on the gateway ${gateway}. A second operator must agree before it is set.`,
        next: mrkdwn`*Next:* I write again when it is decided.`,
        status: 'ok',
      };
    case 'denied': {
      const word = news.word === undefined ? '' : mrkdwn` They say: ${sentence(news.word)}`;
      return {
        text: mrkdwn`:no_entry: *Declined* by ${mention(news.by)}: ${desired} on the gateway ${gateway}. The quota stays as it is.${word}`,
        next: mrkdwn`*Next:* speak with them, or ask for another limit.`,
        status: 'refused',
        buttons: [more],
      };
    }
    case 'asked_again':
      return {
        text: mrkdwn`:hourglass_flowing_sand: *Asked once more* for ${desired} on the gateway ${gateway}: ${escapeText(news.why)}.`,
        next: mrkdwn`*Next:* an operator decides on it as it is now.`,
        status: 'ok',
      };
    case 'moot':
      return {
        text: mrkdwn`:white_check_mark: *Not needed any more:* ${sentence(news.why)}`,
        next: mrkdwn`Your wish for ${desired} is closed, and nothing was begun.`,
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
  const run = code(news.runId);
  const because = why === undefined ? '' : mrkdwn` (${escapeText(why)})`;
  switch (status) {
    case 'succeeded':
      return {
        text: mrkdwn`:white_check_mark: *In force:* each app may now send ${desired} to the gateway ${gateway}. The run ${run} has set it and seen it work.`,
        next: mrkdwn`In some places Apigee may count by the old limit for up to three minutes more.`,
        status: 'ok',
        buttons: [myQuotaButton(news.gateway)],
      };
    case 'failed':
      return {
        text: mrkdwn`:x: *Not in force yet:* the run ${run}, which was to set ${desired} on the gateway ${gateway}, failed${because}.`,
        next: mrkdwn`*Next:* an operator goes on with it, and I write again then.`,
        status: 'failed',
      };
    case 'cancelled':
      return {
        text: mrkdwn`:black_square_for_stop: *Not in force:* the run ${run}, which was to set ${desired} on the gateway ${gateway}, was cancelled.`,
        next: mrkdwn`*Next:* ask an operator why, or ask for it once more.`,
        status: 'refused',
        buttons: [requestMoreButton(news.gateway)],
      };
    case 'refused':
      return {
        text: mrkdwn`:no_entry: *Not in force:* the run ${run}, which was to set ${desired} on the gateway ${gateway}, could not begin${because}.`,
        next: mrkdwn`*Next:* ask for it once more.`,
        status: 'refused',
        buttons: [requestMoreButton(news.gateway)],
      };
    case 'denied':
      return {
        text: mrkdwn`:no_entry: *Declined:* a second operator did not agree to ${desired} on the gateway ${gateway}. The quota stays as it is.`,
        next: mrkdwn`*Next:* speak with them, or ask for another limit.`,
        status: 'refused',
        buttons: [requestMoreButton(news.gateway)],
      };
  }
}
