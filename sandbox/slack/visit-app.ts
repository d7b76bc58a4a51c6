// Visits to an app: Home and Messages tabs, assistant threads, Slack's Stop button.
import { z } from 'zod';
import { findSession } from './agent-sessions.ts';
import type { AppHost } from './app-hosts.ts';
import { HumanRefusal } from './human-refusal.ts';
import { envelope, hears } from './message-events.ts';
import { actor, place } from './people-access.ts';
import { TEAM } from './state.ts';
import { isStreaming, stopStream } from './streams.ts';
import { homeForApp } from './views.ts';
import { addMessage, directMessageOf, grantOfApp, messagesOf } from './workspace.ts';

export const visit = z.object({
  as: z.string().min(1),
  tab: z.enum(['home', 'messages']).default('home'),
  /** Id or bot name of the app; llmgw by default. */
  app: z.string().optional(),
});

/** Messages is the direct message. One event reports both tabs to an app; an assistant gets a new thread. */
export function visitApp({ ws, delivery }: AppHost, { as, tab }: z.infer<typeof visit>): void {
  const person = actor(ws, as);
  if (tab === 'home' && !ws.app.grant.hasHomeTab) {
    throw new HumanRefusal('no_home', 'The app has no Home tab.');
  }
  const channel = directMessageOf(ws, person.id)?.id;
  const home = tab === 'home' ? ws.app.grant.homes[person.id] : undefined;
  if (hears(ws, 'app_home_opened')) {
    void delivery.event(
      envelope(ws, {
        type: 'app_home_opened',
        user: person.id,
        channel,
        tab,
        event_ts: ws.newTs(),
        ...(home === undefined ? {} : { view: homeForApp(ws, home) }),
      }),
    );
  }
  const isAssistant = ws.state.otherApps.some(
    ({ id, kind }) => id === ws.app.id && kind === 'assistant',
  );
  if (tab === 'messages' && isAssistant && channel !== undefined) {
    startThread({ ws, delivery }, person.id, channel);
  }
}

function startThread(
  { ws, delivery }: Pick<AppHost, 'ws' | 'delivery'>,
  user: string,
  channel: string,
): void {
  const { ts } = addMessage(ws, { channel, user: ws.app.botUser, text: 'New Assistant Thread' });
  ws.state.assistantThreads.push({
    app: ws.app.id,
    channel,
    threadTs: ts,
    title: '',
    promptsTitle: '',
    prompts: [],
  });
  ws.changed();
  if (!hears(ws, 'assistant_thread_started')) return;
  const context = { team_id: TEAM.id };
  const thread = { user_id: user, context, channel_id: channel, thread_ts: ts };
  void delivery.event(
    envelope(ws, {
      type: 'assistant_thread_started',
      assistant_thread: thread,
      event_ts: ws.newTs(),
    }),
  );
}

export const stop = z.object({
  as: z.string().min(1),
  channel: z.string().min(1),
  threadTs: z.string().min(1),
});

/** Slack's own Stop button: available while the session is processing. */
export function stopSession({ ws, delivery }: AppHost, asked: z.infer<typeof stop>): void {
  const person = actor(ws, asked.as);
  const channel = place(ws, person, asked.channel);
  const session = findSession(ws, { channel: channel.id, threadTs: asked.threadTs });
  if (session?.status !== 'processing') {
    throw new HumanRefusal('nothing_to_stop', 'Nothing is being worked on in that thread.');
  }
  if (!grantOfApp(ws, session.app).events.includes('agent_session_stopped')) {
    throw new HumanRefusal('nothing_to_stop', 'The app does not listen to Stop.');
  }
  const streaming = messagesOf(ws, channel.id)
    .filter(
      (each) =>
        each.threadTs === asked.threadTs && each.user === ws.app.botUser && isStreaming(ws, each),
    )
    .map((each) => {
      stopStream(each);
      return each.ts;
    });
  ws.changed();
  void delivery.event(
    envelope(ws, {
      type: 'agent_session_stopped',
      channel: channel.id,
      user: person.id,
      thread_ts: asked.threadTs,
      streaming_message_ts: streaming,
      event_ts: ws.newTs(),
    }),
  );
}
