// Events: messages, an opened Home, and Slack's own Stop button.
import { homeOpened, sessionStopped } from '../dispatch/incoming.ts';
import { readAuthor } from '../people/read-delivery.ts';
import { notAMember } from '../people/refused-person.ts';
import { refuseEvent } from './admission.ts';
import { isOld, messageAge } from './message-age.ts';
import { onMention, onMessage } from './on-message.ts';
import type { ReceivedEvent, ReceiverContext } from './receiver-context.ts';

type SlackEvent = ReceivedEvent['event'];

/** Resolves once the event may be acked. */
export async function onEvent(context: ReceiverContext, received: ReceivedEvent): Promise<void> {
  const { event } = received;
  switch (event.type) {
    case 'app_mention':
      return onMention(context, received);
    case 'message':
      return onMessage(context, received);
    case 'agent_session_stopped':
      return onStop(context, received);
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
  const attempt = {
    via: 'home',
    channel: user,
    said: 'open Home',
    delivery: `home:${user}`,
  } as const;
  await refuseEvent(context, { user, reason }, attempt, undefined);
  await ctx.handlers.home.showTrouble(ctx, user, notAMember(reason, true).fault);
}

async function onStop(context: ReceiverContext, { event, receipt }: ReceivedEvent): Promise<void> {
  const { ctx, people } = context;
  const pressedAt = event['event_ts'];
  const age = typeof pressedAt === 'string' ? messageAge({ ts: pressedAt }, receipt) : 0;
  // The thread may hold another answer by now, which was not stopped.
  if (isOld({ age })) return ctx.log.warn({ age }, 'stop delivered late');
  const membership = await people.membership(readAuthor(event));
  if (membership.kind === 'program') return;
  const stopped = sessionStopped.parse(event);
  if (membership.kind === 'person') return ctx.handlers.conversations.stop(ctx, stopped);
  const { user, channel, thread_ts: threadTs, streaming_message_ts: streams } = stopped;
  const delivery = `stop:${user}:${channel}:${threadTs}`;
  await refuseEvent(
    context,
    { user, reason: membership.reason },
    { via: 'click', channel, said: 'stop', delivery },
    { user, channel, threadTs, isThreadNew: streams.length === 0 },
  );
}
