// Work after a reply, with a report of its failure to the person.
import { toFault } from '../../kernel/errors.ts';
import { faultMessage } from '../messages/fault.ts';
import type { Message } from '../messages/message.ts';
import type { ReplyPlace } from '../outbox/replies.ts';
import type { ReceiverContext } from './receiver-context.ts';

export interface AfterReply {
  readonly delivery: string;
  readonly to: ReplyPlace;
  /** The reply. */
  readonly message?: Message | undefined;
  readonly after: (() => Promise<void>) | undefined;
}

/** Runs `after`. @throws the error that prevents the failure report. */
export async function runAfter(
  { ctx, replies }: Pick<ReceiverContext, 'ctx' | 'replies'>,
  { delivery, to, message, after }: AfterReply,
): Promise<void> {
  try {
    await after?.();
  } catch (error) {
    const fault = toFault(error);
    const job = message?.mark?.job ?? 'reply';
    ctx.log.warn({ job, err: fault }, 'work after a reply failed');
    await replies.reply(`after:${delivery}`, to, 'asker', faultMessage(fault, job));
  }
}
