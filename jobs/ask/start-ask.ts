// The start of an ask: stored prompt, place in the person's queue, queued job.
import { askPayload } from './payload.ts';
import type { z } from 'zod';
import type { AskHandlerContext } from './handler-context.ts';
import { toFault } from '../../src/kernel/errors.ts';
import type { Who } from '../../src/engine/journal.ts';
import type { Reply } from '../../src/slack/dispatch/command.ts';
import type { Deadline } from '../../src/slack/dispatch/deadline.ts';
import { jobId } from '../../src/slack/dispatch/job-id.ts';
import { shorten } from '../../src/kernel/text.ts';
import { stopButton } from './answer/view.ts';
import { accepted, say } from '../../src/slack/messages/message.ts';
import { mrkdwn, escapeText, moment } from '../../src/slack/messages/mrkdwn.ts';

export interface AskRequest {
  readonly by: Who;
  readonly delivery: string;
  readonly threadTs: string | undefined;
  /** The thread has no reply yet: Slack shows no ephemeral message in it. */
  readonly isThreadNew?: boolean | undefined;
  readonly gateway: string;
  readonly prompt: string;
  readonly isPrivate: boolean;
  readonly isRaw: boolean;
  readonly maxTokens?: number;
  readonly temperature?: number;
  readonly model?: string;
  /** The job whose question is asked again. */
  readonly again?: string;
  /** Earliest start, ms since the epoch. */
  readonly notBefore?: number;
  /** Own job name of the question: it is asked once under this name. */
  readonly job?: string;
}

/** A question that no worker takes, and one that may be asked again, are kept for a day. */
const keptMs = 86_400_000;

/** Stored parts of a question for Retry and Stop. */
export type AskRecord = z.input<typeof askPayload>;

const recordRef = (job: string): string => `again-${job}`;

export async function startAsk(
  ctx: AskHandlerContext,
  deadline: Deadline,
  asked: AskRequest,
): Promise<Reply> {
  const { by, delivery, threadTs, isThreadNew, prompt, notBefore, job: named, ...options } = asked;
  const job = named ?? jobId('ask', delivery);
  const delayMs = notBefore === undefined ? 0 : Math.max(0, notBefore - Date.now());
  const seenBy = asked.isPrivate ? 'asker' : 'everybody';
  const to = { ...by, threadTs, isThreadNew, seenBy, job } as const;
  const payload: AskRecord = { ...options, prompt: job, to };
  deadline.begin();
  const texts = { [job]: prompt, [recordRef(job)]: JSON.stringify(payload) };
  const enqueue = async (): Promise<number> => {
    const [ahead] = await Promise.all([
      // A scheduled question takes its place in the person's queue when it is due.
      delayMs > 0 ? 0 : ctx.asks.enter(by.user, job),
      ctx.texts.keepAll(texts, keptMs + delayMs),
    ]);
    await ctx.queues.enqueue('ask', payload, job, by, { behind: ahead, delayMs });
    return ahead;
  };
  const behind = await enqueue().catch(async (error: unknown) => {
    await giveBack(ctx, by.user, job);
    throw error;
  });
  const message =
    notBefore === undefined ? acknowledged(asked, job, behind) : scheduled(asked, job, notBefore);
  return { message, isPersonal: true };
}

/**
 * No job holds the place: the person's next question must not wait for it. The texts stay, as the queue may have
 * accepted the job nevertheless.
 */
async function giveBack(
  { asks, log }: AskHandlerContext,
  user: string,
  job: string,
): Promise<void> {
  await asks.leave(user, job).catch((error: unknown) => {
    // The place expires soon.
    log.info({ job, err: toFault(error) }, 'ask place release failed');
  });
}

export const readAsk = (ctx: AskHandlerContext, job: string): Promise<AskRecord | undefined> =>
  ctx.texts.record(recordRef(job), askPayload);

function scheduled({ prompt, isPrivate }: AskRequest, job: string, at: number) {
  const where = isPrivate ? 'Only you see the answer.' : 'The answer appears in the thread.';
  const text = mrkdwn`Scheduled: “${escapeText(shorten(prompt, 80))}” is asked again at ${moment(at)}. ${where}`;
  const buttons = [{ ...stopButton(job), label: 'Cancel' }];
  return say(text, { mark: accepted(job), buttons });
}

function acknowledged({ prompt, isPrivate, threadTs }: AskRequest, job: string, behind: number) {
  const where = isPrivate
    ? 'Only you see the answer.'
    : mrkdwn`The answer appears ${threadTs === undefined ? 'here' : 'in this thread'}.`;
  const line = behind < 3 ? '' : mrkdwn` Queued behind ${behind} of your other questions.`;
  const text = mrkdwn`Asking “${escapeText(shorten(prompt, 80))}”. ${where}${line}`;
  // The public question has its own Stop, which disappears at the end; this message can no longer be edited.
  const hasOwnStop = !isPrivate && threadTs === undefined;
  return say(text, { mark: accepted(job), buttons: hasOwnStop ? [] : [stopButton(job)] });
}
