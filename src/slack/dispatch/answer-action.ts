// Action dispatch: find the handler, deduplicate and answer within the ack deadline.
import { typedBy } from '../messages/commands.ts';
import { answerCommand } from './answer-command.ts';
import type { HandlerContext } from './command.ts';
import { ackFault, withinDeadline } from './deadline.ts';
import { jobId } from './job-id.ts';
import { openAnswerModal } from './job-modal.ts';
import { once } from './once.ts';
import { faultMessage } from '../messages/fault.ts';
import { outdated } from './refusals.ts';
import { auditAction } from './audit.ts';
import type { ActionCall, ActionReply, ActionRequest } from './action.ts';

/** Never rejects: a failure becomes the reply. */
export async function answerAction(call: ActionCall, ctx: HandlerContext): Promise<ActionReply> {
  const typed = typedBy(call.action);
  if (typed !== undefined) {
    return typed === 'command' ? commandAction(call, ctx) : modalAction(call, ctx);
  }
  const job = jobId('click', call.delivery);
  const handler = ctx.handlers.actions.get(call.action);
  if (handler === undefined) {
    return { message: outdated('button', job), how: 'add' };
  }
  const reply = await withinDeadline((deadline) => {
    const request: ActionRequest = {
      ...call,
      deadline,
      once: (work) => once(ctx, call.delivery, work, job),
    };
    return handler.handle(request, ctx);
  }).catch((error: unknown): ActionReply => {
    const fault = ackFault(error);
    ctx.log.warn({ action: call.action, job, err: fault }, 'action failed');
    return { message: faultMessage(fault, job), how: 'add' };
  });
  // A refusal of any button is audited.
  if (handler.isAudited || isRefusal(reply)) auditAction(ctx, call, reply);
  return reply;
}

const isRefusal = ({ message: { mark } }: ActionReply): boolean =>
  mark?.kind === 'outcome' && mark.status === 'refused';

/** A command button runs its command for the person who clicked it. */
async function commandAction(call: ActionCall, ctx: HandlerContext): Promise<ActionReply> {
  const { by, delivery, triggerId } = call;
  const given = { by, via: 'click', threadTs: undefined, triggerId, delivery } as const;
  return { ...(await answerCommand(call.value, given, ctx)), how: 'add' };
}

/** The same, with its answer in a modal. */
async function modalAction(call: ActionCall, ctx: HandlerContext): Promise<ActionReply> {
  const { by, delivery, triggerId, value } = call;
  const via = 'click';
  const given = { by, via, threadTs: undefined, triggerId, delivery, inModal: true } as const;
  const reply = await answerCommand(value, given, ctx);
  const { fills, message, after } = reply;
  if (reply.isRepeat === true) return { ...reply, how: 'silent' };
  if (fills === undefined || triggerId === undefined) return { ...reply, how: 'add' };
  const open = async (): Promise<void> => {
    await Promise.all([after?.(), openAnswerModal(ctx, triggerId, fills, message.text)]);
  };
  return { ...reply, how: 'silent', after: open };
}
