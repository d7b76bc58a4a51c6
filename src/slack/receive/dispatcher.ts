// Dispatcher of deliveries: admission, parsing by type, handling and ack.
import type { ReceiverEvent } from '@slack/bolt';
import { connectionTrouble } from '../../kernel/store-faults.ts';
import { toFault } from '../../kernel/errors.ts';
import {
  blockActions,
  eventEnvelope,
  messageAction,
  slashCommand,
  viewSubmission,
} from '../dispatch/incoming.ts';
import { mrkdwn } from '../messages/mrkdwn.ts';
import { outcome, say } from '../messages/message.ts';
import { ackEmpty, admit } from './admission.ts';
import { onAction } from './on-action.ts';
import { onCommand } from './on-command.ts';
import { onEvent } from './on-event.ts';
import { onMessageAction } from './on-message-action.ts';
import { onSubmission } from './on-submission.ts';
import type { Dispatcher, ReceivedEvent, ReceiverContext } from './receiver-context.ts';

/** `processEvent` never rejects. Slack redelivers an event without an ack, and shows people an error for the rest. */
export function createDispatcher(context: ReceiverContext): Dispatcher {
  return {
    processEvent: async (delivery) => {
      try {
        if (await admit(context, delivery)) await handle(context, delivery);
      } catch (error) {
        reportFailure(context, error, delivery.body);
      }
    },
  };
}

async function handle(context: ReceiverContext, delivery: ReceiverEvent): Promise<void> {
  const { body, ack } = delivery;
  if (typeof body['command'] === 'string') return onCommand(context, slashCommand.parse(body), ack);
  switch (body['type']) {
    case 'event_callback':
      return handleEvent(context, delivery);
    case 'block_actions':
      return onAction(context, blockActions.parse(body), ack);
    case 'view_submission':
      return onSubmission(context, viewSubmission.parse(body), ack);
    case 'message_action':
      return onMessageAction(context, messageAction.parse(body), ack);
    default:
      // This version sends no others; another version may have.
      return ackEmpty(delivery);
  }
}

/** Acked after its work: after a crash or transient failure before, Slack redelivers the event. */
async function handleEvent(context: ReceiverContext, delivery: ReceiverEvent): Promise<void> {
  const { body, ack } = delivery;
  try {
    await onEvent(context, readEvent(delivery));
  } catch (error) {
    const { kind } = connectionTrouble(error) ?? toFault(error);
    if (kind === 'transient') throw error;
    reportFailure(context, error, body);
  }
  await ack();
}

/** Over HTTP, Slack's own clock gives the time of sending; in Socket Mode only ours does. */
function readEvent({ body, retryNum, customProperties: sent }: ReceiverEvent): ReceivedEvent {
  const { event_id, event, event_time: eventTime } = eventEnvelope.parse(body);
  const at: unknown = sent?.['sentAt'];
  const receivedAt = typeof at === 'number' ? at : Date.now() / 1000;
  return { event_id, event, receipt: { receivedAt, eventTime, retryNum } };
}

function reportFailure(
  { ctx, pending }: ReceiverContext,
  error: unknown,
  { response_url: url }: ReceiverEvent['body'],
): void {
  ctx.log.error({ err: toFault(error) }, 'a delivery could not be handled');
  if (typeof url !== 'string') return;
  const words = mrkdwn`Unexpected error, so nothing started. *Next:* Try again. If it fails again, tell the person who runs the bot.`;
  const message = say(words, { mark: outcome('failed', 'delivery') });
  pending.run('error', () => ctx.messenger.respond(url, message, 'add'));
}
