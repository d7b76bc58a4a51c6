// Stop and Retry of an answer, by button and by Slack's agent Stop.
import type { AskHandlerContext } from './handler-context.ts';
import { readAsk, startAsk } from './start-ask.ts';
import type { ActionCall, ActionReply } from '../../src/slack/dispatch/action.ts';
import type { Reply } from '../../src/slack/dispatch/command.ts';
import type { RunAction } from '../runs/start-run.ts';
import { jobId } from '../../src/slack/dispatch/job-id.ts';
import type { SessionStopped } from '../../src/slack/dispatch/incoming.ts';
import type { Place } from '../../src/slack/send/slack-memory.ts';
import { refusal } from '../../src/slack/dispatch/refusals.ts';
import { accepted, outcome, say } from '../../src/slack/messages/message.ts';
import { mrkdwn, mention } from '../../src/slack/messages/mrkdwn.ts';

export async function stopAsk(
  ctx: AskHandlerContext,
  { by, value: job }: ActionCall,
): Promise<ActionReply> {
  const refused = await refuseStop(ctx, by, job);
  if (refused !== undefined) return { message: refused, how: 'settle' };
  await stop(ctx, job);
  // The answer itself shows how it ended.
  return { message: say(mrkdwn`Stopping the answer.`, { mark: accepted(job) }), how: 'settle' };
}

/** Slack's own Stop names only the thread. */
export async function stopSession(
  ctx: AskHandlerContext,
  { channel, thread_ts: ts, user, streaming_message_ts: streams }: SessionStopped,
): Promise<void> {
  const job = await ctx.memory.session({ channel, ts });
  if (job === undefined) return;
  const refused = await refuseStop(ctx, { user, channel }, job);
  if (refused === undefined) return stop(ctx, job);
  // A stream is a reply; the event does not tell whether the thread has another.
  const isThreadNew = streams.length === 0;
  await ctx.messenger.postEphemeral({ user, channel, threadTs: ts, isThreadNew }, refused);
}

async function stop({ asks, queues }: AskHandlerContext, job: string): Promise<void> {
  await asks.stop(job);
  await queues.promote('ask', job);
}

async function refuseStop(ctx: AskHandlerContext, by: ActionCall['by'], job: string) {
  const record = await readAsk(ctx, job);
  if (record === undefined)
    return refusal(mrkdwn`This question is no longer stored.`, job, mrkdwn`Too late.`);
  const owner = record.to.user;
  const isTheirs = owner === by.user || (await ctx.permissions.may('operator', by)).allowed;
  if (!isTheirs)
    return refusal(mrkdwn`Only ${mention(owner)} and operators can stop this answer.`, job);
  const isDone = (await ctx.texts.read(`done-${job}`)) !== undefined;
  return isDone
    ? refusal(mrkdwn`The answer is already complete.`, job, mrkdwn`Too late.`)
    : undefined;
}

/** Options of a repeated question that is scheduled or changed. */
export interface Again {
  /** ms since the epoch. */
  readonly notBefore?: number;
  /** Asks the configured model of the gateway instead of the named one. */
  readonly ownModel?: boolean;
}

/** Asks the same question again, in the thread of its first answer. @throws transient/store_down */
export async function retryAsk(
  ctx: AskHandlerContext,
  { by, delivery, deadline }: RunAction,
  again: string,
  { notBefore, ownModel = false }: Again = {},
): Promise<Reply> {
  // Repeated clicks ask once at that time.
  const job = notBefore === undefined ? jobId('ask', delivery) : `${again}-later`;
  const [record, prompt, place] = await Promise.all([
    readAsk(ctx, again),
    ctx.texts.read(again),
    ctx.memory.answer(again),
  ]);
  if (record === undefined || prompt === undefined) {
    const text = mrkdwn`The bot keeps questions for one day, and this one has expired. Ask it again.`;
    return { message: refusal(text, job, mrkdwn`Too late.`) };
  }
  const { to, isPrivate = false, isRaw = false, gateway, maxTokens, temperature, model } = record;
  if (to.user !== by.user) {
    const text = mrkdwn`Only ${mention(to.user)} can retry this question: it uses their key and quota.`;
    return { message: refusal(text, job) };
  }
  if (notBefore !== undefined && (await ctx.queues.has('ask', job))) {
    const text = mrkdwn`This question is already scheduled.`;
    return { message: say(text, { mark: outcome('ok', job) }), isPersonal: true };
  }
  const thread = isPrivate ? undefined : threadOf(to, place?.root ?? place?.at);
  return startAsk(ctx, deadline, {
    by: { user: by.user, channel: thread?.channel ?? to.channel },
    delivery,
    threadTs: thread?.ts ?? to.threadTs,
    isThreadNew: thread === undefined ? to.isThreadNew : undefined,
    gateway,
    prompt,
    isPrivate,
    isRaw,
    again,
    ...(notBefore === undefined ? {} : { notBefore, job }),
    ...(maxTokens === undefined ? {} : { maxTokens }),
    ...(temperature === undefined ? {} : { temperature }),
    ...(model === undefined || ownModel ? {} : { model }),
  });
}

function threadOf(
  to: { readonly channel: string; readonly threadTs?: string | undefined },
  place: Place | undefined,
): Place | undefined {
  return to.threadTs === undefined ? place : { channel: to.channel, ts: to.threadTs };
}
