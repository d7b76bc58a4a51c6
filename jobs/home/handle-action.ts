// Dispatch of actions on Home, and the place of their results.
import { typedBy } from '../../src/slack/messages/commands.ts';
import type { HomeHandlerContext } from './handler-context.ts';
import { toFault } from '../../src/kernel/errors.ts';
import { type Answered, answerCommand } from '../../src/slack/dispatch/answer-command.ts';
import { answerAction } from '../../src/slack/dispatch/answer-action.ts';
import type { ActionCall, ActionReply } from '../../src/slack/dispatch/action.ts';
import type { Reply } from '../../src/slack/dispatch/command.ts';
import { openAnswerModal } from '../../src/slack/dispatch/job-modal.ts';
import { refreshHome } from './open-home.ts';
import { messageModal } from '../../src/slack/messages/loading-modal.ts';

/** Runs after the ack. */
export type HomeReply = () => Promise<void>;

/** An action on Home has no channel: its result goes to the person's direct messages. */
export async function handleHomeAction(
  call: ActionCall,
  ctx: HomeHandlerContext,
): Promise<HomeReply> {
  const reply = await answered(call, ctx);
  return async () => {
    await Promise.all([reply.after?.(), showReply(ctx, call, reply)]);
  };
}

function answered(call: ActionCall, ctx: HomeHandlerContext): Promise<Answered | ActionReply> {
  if (typedBy(call.action) !== 'command') return answerAction(call, ctx);
  const { by, delivery, triggerId, value } = call;
  const via = 'click';
  const given = { by, via, threadTs: undefined, triggerId, delivery, inModal: true } as const;
  return answerCommand(value, given, ctx);
}

async function showReply(
  ctx: HomeHandlerContext,
  { by, triggerId }: ActionCall,
  reply: Reply | ActionReply,
): Promise<void> {
  const { message, fills, opens, isRepeat } = reply;
  if (isRepeat === true) return;
  const isDone = message.mark?.kind === 'outcome' && message.mark.status === 'ok';
  // A command's immediate answer opens in a modal; a button's result is a line on the page.
  if (message.mark?.kind === 'accepted' || (isDone && 'how' in reply)) {
    // A modal shows everything.
    if (opens === true) return;
    if (fills !== undefined && triggerId !== undefined) {
      return openAnswerModal(ctx, triggerId, fills, message.text);
    }
    return refreshHome(ctx, by.user, { notice: message.text, isMeanwhileShown: () => true });
  }
  await Promise.all([
    showAtOnce(ctx, by.user, triggerId, reply),
    // A person who lost a permission sees their remaining controls.
    isDone ? undefined : refreshHome(ctx, by.user, { isMeanwhileShown: () => false }),
  ]);
}

/** In a modal; if Slack refuses it, in a direct message. */
async function showAtOnce(
  { messenger, log }: HomeHandlerContext,
  user: string,
  triggerId: string | undefined,
  { message }: Reply,
): Promise<void> {
  try {
    if (triggerId !== undefined) {
      await messenger.openModal(triggerId, messageModal(message));
      return;
    }
  } catch (error) {
    log.warn({ err: toFault(error) }, 'answer modal failed');
  }
  await messenger.postEphemeral({ user, channel: user }, message);
}
