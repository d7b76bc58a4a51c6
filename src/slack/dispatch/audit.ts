// Audit entries of commands, actions and view submissions.
import type { Call, Command, HandlerContext, Reply } from './command.ts';
import type { ActionCall } from './action.ts';
import { jobId } from './job-id.ts';
import { fieldsInLine } from '../messages/codec.ts';
import { spoken } from '../messages/mrkdwn.ts';
import { decodeSlackText } from '../messages/slack-text.ts';
import type { SubmissionRequest, SubmissionSubject } from './submission.ts';
import type { RefusalReason } from '../people/person.ts';
import type { AuditVia } from '../../kernel/audit-trail.ts';
import { cutText } from '../../kernel/text.ts';

type Trail = Pick<HandlerContext, 'audit'>;

/** Frequent and read-only: audited only on a refusal. */
const isQuiet = (command: Command): boolean => !command.hasEffect || command.name === 'ask';

/** @param said the typed text. */
export function auditCommand(
  { audit }: Trail,
  command: Command,
  { by, via, typed, delivery }: Omit<Call, 'deadline'>,
  { said, reply }: { readonly said: string; readonly reply: Reply },
): void {
  const outcome = outcomeOf(reply);
  const isRefused = outcome === 'refused' && command.permission === 'operator';
  if (reply.isRepeat === true || (isQuiet(command) && !isRefused)) return;
  const verb = verbOf(command.name, typed.words);
  const person = typed.words.find((word) => /^@[UW][A-Z0-9]{2,}$/.test(word))?.slice(1);
  audit.note({
    who: by.user,
    what: `${command.name}${verb}`,
    said: decodeSlackText(said).trim().replaceAll(/\s+/g, ' '),
    ...(person === undefined ? {} : { for: person }),
    channel: by.channel,
    via,
    outcome,
    ...whyOf(reply, outcome),
    job: reply.message.mark?.job ?? jobId(command.name, delivery),
  });
}

function verbOf(command: string, words: readonly string[]): string {
  const said = (verbs: RegExp): string | undefined =>
    words.find((word) => verbs.test(word))?.toLowerCase();
  if (command === 'key') return `.${said(/^(list|rotate|revoke)$/i) ?? 'issue'}`;
  const quota = command === 'quota' ? said(/^(set|request)$/i) : undefined;
  return quota === undefined ? '' : `.${quota}`;
}

/** A button that decides or changes something. */
export function auditAction({ audit }: Trail, call: ActionCall, reply: Reply): void {
  const outcome = outcomeOf(reply);
  if (reply.isRepeat === true) return;
  audit.note({
    who: call.by.user,
    what: call.action,
    on: fieldsInLine(call.value),
    channel: call.by.channel,
    via: 'click',
    outcome,
    ...whyOf(reply, outcome),
    job: reply.message.mark?.job ?? jobId('click', call.delivery),
  });
}

export function auditSubmission(
  { audit }: Trail,
  { user, callback, job }: Pick<SubmissionRequest, 'user' | 'callback' | 'job'>,
  { on, channel, job: about = job }: SubmissionSubject,
  reply: Reply,
): void {
  const outcome = outcomeOf(reply);
  audit.note({
    who: user,
    what: callback,
    on,
    channel: channel ?? user,
    via: 'window',
    outcome,
    ...whyOf(reply, outcome),
    job: about,
  });
}

/** A person whom this app does not serve. */
export function auditRefusal(
  { audit }: Trail,
  refused: {
    readonly user: string;
    readonly reason: RefusalReason;
    readonly via: AuditVia;
    readonly channel: string;
    readonly said: string;
    readonly job: string;
  },
): void {
  audit.note({
    who: refused.user,
    what: 'person.refused',
    said: decodeSlackText(refused.said).trim().replaceAll(/\s+/g, ' '),
    channel: refused.channel,
    via: refused.via,
    outcome: 'refused',
    why: `not served: ${refused.reason.replaceAll('_', ' ')}`,
    job: refused.job,
  });
}

function outcomeOf({ message: { mark } }: Reply): string {
  if (mark === undefined) return 'ok';
  return mark.kind === 'accepted' ? 'accepted' : mark.status;
}

/** The refusal's sentence, which names the people with permission. */
function whyOf({ message }: Reply, outcome: string): { why?: string } {
  return outcome === 'refused' || outcome === 'failed'
    ? { why: cutText(spoken(message.text), 200) }
    : {};
}
