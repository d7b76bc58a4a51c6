// Events: messages, an opened Home, and Slack's own Stop.
import { type EventEnvelope, homeOpened, sessionStopped } from '../dispatch/incoming.ts';
import { readAuthor } from '../people/read-delivery.ts';
import { notAMember } from '../people/refused-person.ts';
import { refuseEvent } from './admission.ts';
import { onMention, onMessage } from './on-message.ts';
import type { ReceiverContext } from './receiver-context.ts';

type SlackEvent = EventEnvelope['event'];

/** Resolves once the event may be acked. */
export async function onEvent(context: ReceiverContext, envelope: EventEnvelope): Promise<void> {
  const { event } = envelope;
  switch (event.type) {
    case 'app_mention':
      return onMention(context, envelope);
    case 'message':
      return onMessage(context, envelope);
    case 'agent_session_stopped':
      return onStop(context, event);
    case 'app_home_opened':
      // The other tab is the direct messages.
      if (event['tab'] === 'home') context.pending.run('home', () => onHome(context, event));
  }
}

async function onHome(context: ReceiverContext, event: SlackEvent): Promise<void> {
  const { ctx, people } = context;
  const membership = await people.membership(readAuthor(event));
  if (membership.kind === 'program') return;
  const { user } = homeOpened.parse(event);
  if (membership.kind === 'person') return ctx.handlers.home.open(ctx, user);
  const { reason } = membership;
  refuseEvent(
    context,
    { user, reason },
    { via: 'home', channel: user, said: 'open Home', delivery: `home:${user}` },
    async () => undefined,
  );
  await ctx.handlers.home.showTrouble(ctx, user, notAMember(reason, true).fault);
}

async function onStop(context: ReceiverContext, event: SlackEvent): Promise<void> {
  const { ctx, people } = context;
  const membership = await people.membership(readAuthor(event));
  if (membership.kind === 'program') return;
  const stopped = sessionStopped.parse(event);
  if (membership.kind === 'person') return ctx.handlers.conversations.stop(ctx, stopped);
  const { user, channel, thread_ts: threadTs, streaming_message_ts: streams } = stopped;
  const delivery = `stop:${user}:${channel}:${threadTs}`;
  refuseEvent(
    context,
    { user, reason: membership.reason },
    { via: 'click', channel, said: 'stop', delivery },
    (message) =>
      ctx.messenger.postEphemeral(
        { user, channel, threadTs, isThreadNew: streams.length === 0 },
        message,
      ),
  );
}
