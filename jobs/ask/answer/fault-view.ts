// View of a gateway fault in an answer, with its next actions. Pure.
import { z } from 'zod';
import { codec, plainName } from '../../../src/slack/messages/codec.ts';
import type { ExplainedFault, NextAction } from '../../../src/gateway/faults/explained.ts';
import { lameMentions } from '../../../src/slack/messages/slack-text.ts';
import { shorten } from '../../../src/kernel/text.ts';
import { type AskedBy, type Ending, retryButton } from './view.ts';
import {
  type MessageButton,
  actions,
  context,
  section,
} from '../../../src/slack/messages/message.ts';
import { requestMoreButton } from '../../quota/request-view.ts';
import {
  type Mrkdwn,
  mrkdwn,
  escapeText,
  codeBlock,
  moment,
  withKnownLinks,
  nothing,
} from '../../../src/slack/messages/mrkdwn.ts';

export function explainedFault(asked: AskedBy, fault: ExplainedFault, partial = ''): Ending {
  const status = fault.status === undefined ? '' : mrkdwn` (HTTP ${fault.status})`;
  const again = waitText(fault);
  const said = mrkdwn`:warning: *${escapeText(fault.title)}*${status}\n${escapeText(fault.meaning)}${again}\n*Next:* ${withKnownLinks(fault.next)}`;
  const { raw } = fault;
  return {
    status: 'failed',
    spoken: mrkdwn`${escapeText(`${fault.title}: ${fault.meaning}`)}${again} Next: ${escapeText(fault.next)}`,
    body: lameMentions(partial),
    exact: partial,
    after: [
      ...(partial === '' ? [] : [context(mrkdwn`The answer was cut off here.`)]),
      section(said),
      ...(raw === undefined || raw === '' ? [] : [section(codeBlock(raw))]),
      actions(fault.actions.map((action) => nextButton(action, asked.job))),
      context(mrkdwn`${escapeText(`${fault.row} · ${asked.job}`)}`),
    ],
  };
}

/** The end of a longer wait as a time of day: people read a message later than the bot wrote it. */
function waitText({ actions: next, retryAfterMs = 0 }: ExplainedFault): Mrkdwn {
  const later = next.find((action) => action.kind === 'later');
  if (later === undefined || retryAfterMs < 15_000) return nothing;
  return mrkdwn` The limit resets by ${moment(later.at)}.`;
}

function nextButton(action: NextAction, job: string): MessageButton {
  switch (action.kind) {
    case 'command': {
      const { label, command } = action;
      return {
        label,
        action: `command.${command.replaceAll(/[^a-z]+/g, '-')}`,
        value: command,
      };
    }
    case 'again':
      return retryButton(job);
    case 'later':
      return {
        label: action.label,
        action: 'ask.later',
        value: scheduledAskCodec.write({ job, at: Math.round(action.at) }),
      };
    case 'own_model':
      return {
        label: `Ask ${shorten(action.model, 60)}`,
        action: 'ask.own-model',
        value: job,
      };
    case 'more_quota':
      return requestMoreButton(action.gateway);
    case 'edit':
      return { label: action.label, action: 'ask.edit', value: job };
  }
}

/** The question to ask again, and the time. */
export const scheduledAskCodec = codec(z.object({ job: plainName, at: z.number() }));
