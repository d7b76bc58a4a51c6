// Messages for people whom this app does not serve.
import { type LlmgwError, fail } from '../../kernel/errors.ts';
import { type Mrkdwn, mrkdwn } from '../messages/mrkdwn.ts';
import { type Message, outcome, say } from '../messages/message.ts';
import type { RefusalReason } from './person.ts';

/** For the person: the cause and the next action. */
const sentences: Readonly<Record<RefusalReason, Mrkdwn>> = {
  external: mrkdwn`I only serve members of one organization, and your Slack account belongs to another. *Next:* Ask an operator to allow people of other organizations.`,
  stranger: mrkdwn`I only serve members of one organization, and your Slack account shares no channel with it. *Next:* Ask an operator for another way to get access.`,
  guest: mrkdwn`Guests of this workspace can't use this app. *Next:* Ask a workspace admin for full membership, or an operator to allow guests.`,
  single_channel_guest: mrkdwn`Single-channel guests can't use this app. *Next:* Ask a workspace admin for full membership.`,
  deactivated: mrkdwn`Your Slack account is deactivated. *Next:* Ask a workspace admin to activate it.`,
};

const causes: Readonly<Record<RefusalReason, string>> = {
  external: 'belongs to another organization',
  stranger: 'shares no channel with this organization',
  guest: 'is a guest of this workspace',
  single_channel_guest: 'is a single-channel guest of this workspace',
  deactivated: 'is deactivated',
};

export function refusedPerson(reason: RefusalReason, job: string): Message {
  return say(sentences[reason], { mark: outcome('refused', job) });
}

/** @param isOwn the reader is that person. @returns refused/not_a_member. */
export function notAMember(reason: RefusalReason, isOwn: boolean): LlmgwError {
  const whose = isOwn ? 'Your Slack account' : "This person's Slack account";
  return fail('refused', 'not_a_member', `${whose} ${causes[reason]}`, {
    next:
      reason === 'external' || reason === 'guest'
        ? `An operator can allow this with ${reason === 'guest' ? 'LLMGW_REFUSE_GUESTS' : 'LLMGW_ALLOW_EXTERNAL'}.`
        : 'Ask a workspace admin for full membership.',
  });
}

export function unknownMember(): LlmgwError {
  return fail(
    'transient',
    'member_unknown',
    "Slack can't confirm right now that this person belongs to this organization",
    { next: 'Try again in a minute.' },
  );
}

/** Reply to a delivery for another app or workspace, which has no effect. */
export function misdirected(job: string): Message {
  const text = mrkdwn`This request is for another app or workspace, so nothing was started. *Next:* Ask an operator to check the app's request URLs.`;
  return say(text, { mark: outcome('refused', job) });
}
