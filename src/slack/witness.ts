// What people did in Slack, as the audit trail keeps it: the one place that every command, click and window passes.
import type { Call, Command, Desk, Reply } from './commands/command.ts';
import type { Click } from './clicks/click.ts';
import { jobId } from './job-id.ts';
import { decodeSlackText } from './slack-text.ts';
import type { Submission, SubmissionReply } from './forms/form.ts';

type Trail = Pick<Desk, 'audit'>;

/** Read often and changing nothing: kept only when it was refused to somebody. */
const isQuiet = (command: Command): boolean => !command.hasEffect || command.name === 'ask';

/** @param said as it was typed. */
export function witnessCommand(
  { audit }: Trail,
  command: Command,
  { by, via, typed, delivery }: Omit<Call, 'deadline'>,
  { said, reply }: { readonly said: string; readonly reply: Reply },
): void {
  const outcome = outcomeOf(reply);
  const isRefused = outcome === 'refused' && command.permission === 'operator';
  if (reply.isRepeat === true || (isQuiet(command) && !isRefused)) return;
  const verb = command.name === 'key' ? `.${keyVerb(typed.words)}` : '';
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

const keyVerb = (words: readonly string[]): string =>
  words.find((word) => /^(list|rotate|revoke)$/i.test(word))?.toLowerCase() ?? 'issue';

/** Of a button that decides or changes something. */
export function witnessClick({ audit }: Trail, click: Click, reply: Reply): void {
  const outcome = outcomeOf(reply);
  if (reply.isRepeat === true) return;
  audit.note({
    who: click.by.user,
    what: click.action,
    on: click.value,
    channel: click.by.channel,
    via: 'click',
    outcome,
    ...whyOf(reply, outcome),
    job: reply.message.mark?.job ?? jobId('click', click.delivery),
  });
}

export function witnessSubmission(
  { audit }: Trail,
  { user, callback, metadata, viewId }: Submission,
  reply: SubmissionReply,
): void {
  const [run] = metadata.split(' ');
  audit.note({
    who: user,
    what: callback,
    on: metadata,
    channel: metadata.split(' ')[3] ?? user,
    via: 'window',
    outcome: reply.how === 'close' ? 'accepted' : 'refused',
    job: run ?? jobId('window', viewId),
  });
}

function outcomeOf({ message: { mark } }: Reply): string {
  if (mark === undefined) return 'ok';
  return mark.kind === 'accepted' ? 'accepted' : mark.status;
}

/** A refusal's own words: who can is part of them. */
function whyOf({ message }: Reply, outcome: string): { why?: string } {
  return outcome === 'refused' || outcome === 'failed' ? { why: message.text.slice(0, 200) } : {};
}
