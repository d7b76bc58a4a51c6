// Presses on a Home: what they do, and where their outcome is shown.
import { typedBy } from '../../src/slack/messages/commands.ts';
import type { HomeHandlerContext } from './handler-context.ts';
import { toFault } from '../../src/kernel/errors.ts';
import { type Answered, answerCommand } from '../../src/slack/dispatch/answer-command.ts';
import { answerAction } from '../../src/slack/dispatch/answer-action.ts';
import type { ActionCall, ActionReply } from '../../src/slack/dispatch/action.ts';
import type { Reply } from '../../src/slack/dispatch/command.ts';
import { openAnswerWindow } from '../../src/slack/dispatch/job-window.ts';
import { refreshHome } from './open-home.ts';
import { messageModal } from '../../src/slack/messages/loading-modal.ts';

/** What is to be done once the press is acked. */
export type HomeReply = () => Promise<void>;

/** A press on Home. It came from no channel: the person's direct messages are where its outcome stands. */
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
  const given = { by, via, threadTs: undefined, triggerId, delivery, inWindow: true } as const;
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
  // What a command says at once is read in a window; what a button has done is a line on the page.
  if (message.mark?.kind === 'accepted' || (isDone && 'how' in reply)) {
    // A window has it all.
    if (opens === true) return;
    if (fills !== undefined && triggerId !== undefined) {
      return openAnswerWindow(ctx, triggerId, fills, message.text);
    }
    return refreshHome(ctx, by.user, { notice: message.text, isMeanwhileShown: () => true });
  }
  await Promise.all([
    showAtOnce(ctx, by.user, triggerId, reply),
    // Who lost a permission meanwhile sees what they still may do.
    isDone ? undefined : refreshHome(ctx, by.user, { isMeanwhileShown: () => false }),
  ]);
}

/** In a window over the page; where Slack opens none, in a direct message. */
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
    log.warn({ fault: toFault(error) }, 'an answer could not be shown in a window');
  }
  await messenger.postEphemeral({ user, channel: user }, message);
}
