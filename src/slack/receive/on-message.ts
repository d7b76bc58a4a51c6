// Mentions, direct messages and replies: admission and one answer per message.
import { answerCommand } from '../dispatch/answer-command.ts';
import type { Reply } from '../dispatch/command.ts';
import { jobId } from '../dispatch/job-id.ts';
import { duration, mrkdwn } from '../messages/mrkdwn.ts';
import { isBlank } from '../messages/slack-text.ts';
import { type Message, context as note, outcome, say } from '../messages/message.ts';
import { refuseEvent } from './admission.ts';
import { countReply } from './count-reply.ts';
import { afterMention, mentions } from '../dispatch/incoming.ts';
import { type Receipt, isGivenUp, isOld } from './message-age.ts';
import { runAfter } from './after-reply.ts';
import type { ReceivedEvent, ReceiverContext } from './receiver-context.ts';
import { conversationOf, isReply, orPrompt, withForwarded } from './replies.ts';
import { type Spoken, readSpoken } from './spoken.ts';

type Way = 'mention' | 'direct' | 'reply';

export async function onMention(context: ReceiverContext, received: ReceivedEvent): Promise<void> {
  const said = readSpoken(received.event, received.receipt);
  if (said !== undefined) await hear(context, received, said, 'mention');
}

export async function onMessage(context: ReceiverContext, received: ReceivedEvent): Promise<void> {
  const said = readSpoken(received.event, received.receipt);
  const way = said === undefined ? undefined : await wayOf(context, said);
  if (said !== undefined && way !== undefined) await hear(context, received, said, way);
}

/** Kind of address to the app; undefined for a message to others. */
async function wayOf({ ctx, identity }: ReceiverContext, said: Spoken): Promise<Way | undefined> {
  if (said.isDirect) return 'direct';
  // A new message with a mention also arrives as `app_mention`; an edit that adds the mention may not.
  if (identity.userId !== undefined && mentions(said.text, identity.userId)) {
    return said.isEdited ? 'mention' : undefined;
  }
  return (await isReply(ctx, said, identity.userId)) ? 'reply' : undefined;
}

async function hear(
  context: ReceiverContext,
  { event_id: event, receipt }: ReceivedEvent,
  said: Spoken,
  way: Way,
): Promise<void> {
  if (isOld(said) && said.isEdited) return;
  const { ctx, people } = context;
  const membership = await people.membership(said.author);
  if (membership.kind === 'program') return;
  if (membership.kind === 'refused') {
    return refuse(context, said, way, { user: said.user, reason: membership.reason });
  }
  // An edit, or another kind of event, of a message that already has an answer.
  const isFirst = !ctx.memory.isUp() || (await claim(context, said, event));
  if (!isFirst) return;
  if (!isOld(said)) return answer(context, said, way, receipt);
  ctx.log.warn({ age: said.age }, 'message delivered late');
  await tell(context, said, { message: tooLate(said), isPersonal: true }, receipt);
}

/** A command from hours ago may do harm now: its author must send it again. */
function tooLate({ age, channel, ts }: Spoken): Message {
  const late = Number.isFinite(age)
    ? mrkdwn` ${duration(Math.round(age / 60) * 60_000)} late`
    : mrkdwn` too late`;
  const text = mrkdwn`Slack delivered your message${late}, so nothing was started. *Next:* send it again if you still want it.`;
  return say(text, { mark: outcome('refused', jobId('late', `${channel}:${ts}`)) });
}

function claim({ ctx }: ReceiverContext, { channel, ts }: Spoken, event: string): Promise<boolean> {
  return ctx.memory.claimMessage({ channel, ts }, event).catch(() => true);
}

function refuse(
  context: ReceiverContext,
  { user, channel, ts, threadTs, text }: Spoken,
  way: Way,
  refusal: Parameters<typeof refuseEvent>[1],
): Promise<void> {
  // Each reply of a conversation is an event; each participant gets one refusal.
  const delivery = way === 'reply' ? `${user}:${channel}:${threadTs ?? ts}` : `${channel}:${ts}`;
  const via = way === 'direct' ? 'direct' : 'mention';
  const to = { user, channel, threadTs: threadTs ?? ts, isThreadNew: threadTs === undefined };
  return refuseEvent(context, refusal, { via, channel, said: text, delivery }, to);
}

async function answer(
  context: ReceiverContext,
  said: Spoken,
  way: Way,
  receipt: Receipt,
): Promise<void> {
  const { ctx, identity, metrics, names } = context;
  const delivery = `${said.channel}:${said.ts}`;
  const text = spokenText(said, way, identity.userId);
  if (said.files > 0 && said.forwarded === '' && isBlank(text)) {
    return tell(context, said, { message: textOnly(delivery) }, receipt);
  }
  const [typed, forwarded, conversation] = await Promise.all([
    names.fill(text),
    names.fill(said.forwarded),
    conversationOf(ctx, said),
  ]);
  const call = {
    by: { user: said.user, channel: said.channel },
    via: way === 'direct' ? 'direct' : 'mention',
    threadTs: said.threadTs ?? said.ts,
    // A message outside a thread starts one, which has no reply yet.
    isThreadNew: said.threadTs === undefined,
    threadGateway: conversation?.gateway,
    triggerId: undefined,
    delivery,
  } as const;
  const words = way === 'reply' ? `ask -- ${typed}` : orPrompt(ctx, conversation, typed);
  const reply = await answerCommand(withForwarded(ctx, forwarded, words), call, ctx);
  countReply(metrics, reply.command, reply);
  if (reply.isRepeat === true) return;
  const message = said.files > 0 ? withUnreadFiles(reply.message, said.files) : reply.message;
  await tell(context, said, { ...reply, message }, receipt);
}

/** The text for the app, without the leading mention. */
function spokenText({ text }: Spoken, way: Way, botUser: string | undefined): string {
  if (way === 'mention') return afterMention(text, botUser);
  return way === 'direct' ? text.replace(/^\s*<@[UW][A-Z0-9]+(?:\|[^>]*)?>/, '') : text;
}

function textOnly(delivery: string): Message {
  const text = mrkdwn`I can't read files, and this message has no text. *Next:* Paste the relevant part into a message.`;
  return say(text, { mark: outcome('refused', jobId('file', delivery)) });
}

function withUnreadFiles(message: Message, files: number): Message {
  const which = files === 1 ? 'the attached file' : 'the attached files';
  const words = mrkdwn`I can't read files, so I ignored ${which}.`;
  return {
    ...message,
    text: mrkdwn`${message.text}\n${words}`,
    blocks: [...message.blocks, note(words)],
  };
}

/** Resolves once the text is stored or sent: the event is acked then; otherwise Slack redelivers it. */
async function tell(
  context: ReceiverContext,
  { user, channel, ts, threadTs: thread, isDirect }: Spoken,
  { message, isPersonal, after }: Reply,
  receipt: Receipt,
): Promise<void> {
  const { pending, replies } = context;
  const to = { user, channel, threadTs: thread ?? ts, isThreadNew: thread === undefined };
  const way = isPersonal !== true ? 'everybody' : isDirect ? 'unstored' : 'asker';
  const delivery = `answer:${channel}:${ts}`;
  const tellNow = await replies.prepareReply(delivery, to, way, message, () => isGivenUp(receipt));
  pending.run('answer', async () => {
    await Promise.all([tellNow(), runAfter(context, { delivery, to, message, after })]);
  });
}
