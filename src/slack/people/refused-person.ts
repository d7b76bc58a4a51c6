// Words for people whom this app does not serve.
import { type LlmgwError, fail } from '../../kernel/errors.ts';
import { type Mrkdwn, mrkdwn } from '../messages/mrkdwn.ts';
import { type Message, outcome, say } from '../messages/message.ts';
import type { RefusalReason } from './person.ts';

/** One sentence for the person themselves: the cause and the next action. */
const sentences: Readonly<Record<RefusalReason, Mrkdwn>> = {
  external: mrkdwn`I serve people of one organisation, and your Slack account belongs to another; ask an operator of the gateway whether people of other organisations may be allowed.`,
  stranger: mrkdwn`I serve people of one organisation, and Slack says that your account is a stranger to it; ask an operator of the gateway for access by another way.`,
  guest: mrkdwn`Guests of this workspace may not use me; ask a workspace admin for a full membership, or an operator of the gateway to allow guests.`,
  single_channel_guest: mrkdwn`Single-channel guests of this workspace may not use me; ask a workspace admin for a full membership.`,
  deactivated: mrkdwn`Your Slack account is deactivated, so I do nothing for it; ask a workspace admin to activate it.`,
};

const causes: Readonly<Record<RefusalReason, string>> = {
  external: 'belongs to another organisation',
  stranger: 'is a stranger to this organisation',
  guest: 'is a guest of this workspace',
  single_channel_guest: 'is a single-channel guest of this workspace',
  deactivated: 'is deactivated',
};

export function refusedPerson(reason: RefusalReason, job: string): Message {
  return say(sentences[reason], { mark: outcome('refused', job) });
}

/** @param isOwn the reader is that person. @returns refused/not_a_member. */
export function notAMember(reason: RefusalReason, isOwn: boolean): LlmgwError {
  const whose = isOwn ? 'Your Slack account' : 'The Slack account of that person';
  return fail('refused', 'not_a_member', `${whose} ${causes[reason]}`, {
    next:
      reason === 'external' || reason === 'guest'
        ? `An operator can allow this with the setting ${reason === 'guest' ? 'LLMGW_REFUSE_GUESTS' : 'LLMGW_ALLOW_EXTERNAL'}.`
        : 'Ask a workspace admin for a full membership.',
  });
}

export function unknownMember(): LlmgwError {
  return fail(
    'transient',
    'member_unknown',
    'Slack does not tell me whether this person belongs to this organisation',
    { next: 'Try again in a minute.' },
  );
}

/** A delivery for another app or workspace: nothing of it is done. */
export function misdirected(job: string): Message {
  const text = mrkdwn`This was meant for another app or another workspace than mine, so I did nothing; ask an operator to check the app’s request URLs.`;
  return say(text, { mark: outcome('refused', job) });
}
