// /_sandbox/slack: what people see and do, as JSON, for the page, the CLI and the tests; and the workspace's knobs.
import type { FastifyInstance, FastifyReply } from 'fastify';
import { z } from 'zod';
import { findSession } from './agent-sessions.ts';
import type { Delivery } from './delivery.ts';
import { correctMessage, withdrawMessage } from './edit-message.ts';
import { HumanRefusal } from './human-refusal.ts';
import { click } from './interact.ts';
import { streamChanges } from './live-changes.ts';
import { envelope, hears } from './message-events.ts';
import { actor, channelsOf, place } from './people-access.ts';
import { postAsProgram, programPost } from './post-as-program.ts';
import { serveKnobs } from './knobs.ts';
import { markRead } from './read-marks.ts';
import type { RateLimits } from './rate-limits.ts';
import { json } from './request-json.ts';
import { screenOf } from './screen.ts';
import { useShortcut } from './shortcuts.ts';
import type { SocketMode } from './socket-mode.ts';
import { isStreaming, stopStream } from './streams.ts';
import { suggestOptions } from './suggest-options.ts';
import { closeView, submit } from './submit-modal.ts';
import { typeCommand, typeMessage } from './type-message.ts';
import { serveUploads } from './uploads.ts';
import { homeForApp } from './views.ts';
import { takeRawBodies } from './web-api.ts';
import { type Workspace, directMessageOf, messagesOf } from './workspace.ts';

const typed = z.object({
  as: z.string().min(1),
  channel: z.string().min(1),
  text: z.string(),
  threadTs: z.string().optional(),
});
const typedMessage = typed.extend({
  files: z.array(z.string().min(1)).optional(),
  broadcast: z.boolean().optional(),
  forward: z.string().optional(),
  hoursAgo: z.number().nonnegative().optional(),
});
const corrected = z.object({ as: z.string().min(1), ts: z.string().min(1), text: z.string() });
const clicked = z.object({
  as: z.string().min(1),
  messageTs: z.string().optional(),
  viewId: z.string().optional(),
  home: z.boolean().optional(),
  actionId: z.string().optional(),
  label: z.string().optional(),
  value: z.string().optional(),
  confirmed: z.boolean().optional(),
  inputs: z.record(z.string(), z.string()).optional(),
});
const submitted = z.object({
  as: z.string().min(1),
  viewId: z.string().optional(),
  values: z.record(z.string(), z.string()).default({}),
});
const opened = z.object({
  as: z.string().min(1),
  tab: z.enum(['home', 'messages']).default('home'),
});
const closed = z.object({ as: z.string().min(1), viewId: z.string().optional() });
const dismissed = z.object({ as: z.string().min(1), ts: z.string().min(1) });
const reading = z.object({ as: z.string().min(1), channel: z.string().min(1) });
const chosen = z.object({
  as: z.string().min(1),
  messageTs: z.string().optional(),
  /** By its id or its name. */
  shortcut: z.string().min(1),
});
const queried = clicked
  .pick({ as: true, messageTs: true, viewId: true, home: true })
  .extend({ actionId: z.string().min(1), query: z.string().default('') });
const looking = z.object({ as: z.string().min(1), channel: z.string().optional() });
const stopped = z.object({
  as: z.string().min(1),
  channel: z.string().min(1),
  threadTs: z.string().min(1),
});

export interface HumanApi {
  readonly ws: Workspace;
  readonly delivery: Delivery;
  readonly socket: SocketMode;
  readonly limits: Pick<RateLimits, 'hold' | 'reset'>;
}

export function serveHumanApi({ ws, delivery, socket, limits }: HumanApi): void {
  ws.ctx.http.register(
    async (scope: FastifyInstance) => {
      takeRawBodies(scope);
      scope.setErrorHandler(answerError);
      scope.get('/people', async () => ({
        people: ws.state.people.map(({ id, name, realName, title, isBot }) => ({
          id,
          name,
          realName,
          title,
          isBot,
        })),
      }));
      scope.get('/commands', async () => ({ commands: ws.state.slashCommands }));
      scope.get('/shortcuts', async () => ({ shortcuts: ws.state.shortcuts }));
      scope.get('/app', async () => ({
        commands: ws.state.slashCommands,
        shortcuts: ws.state.shortcuts,
        hasHomeTab: ws.state.hasHomeTab,
      }));
      scope.get('/channels', async (request) => {
        const { as } = looking.partial().parse(request.query);
        const all = as === undefined ? ws.state.channels : channelsOf(ws, actor(ws, as));
        return { channels: all };
      });
      scope.get('/screen', async (request) => {
        const { as, channel } = looking.parse(request.query);
        const person = actor(ws, as);
        return screenOf(ws, person, channel === undefined ? undefined : place(ws, person, channel));
      });
      scope.get('/live', (request, reply) => {
        actor(ws, looking.parse(request.query).as);
        streamChanges(ws, reply);
      });
      scope.post('/command', async (request) => ({
        ok: true,
        ...(await typeCommand(ws, delivery, typed.parse(json(request.body)))),
      }));
      scope.post('/message', async (request) => ({
        ok: true,
        ts: typeMessage(ws, typedMessage.parse(json(request.body))).ts,
      }));
      scope.post('/edit', async (request) => ({
        ok: true,
        ts: correctMessage(ws, corrected.parse(json(request.body))).ts,
      }));
      scope.post('/delete', async (request) => {
        withdrawMessage(ws, corrected.omit({ text: true }).parse(json(request.body)));
        return { ok: true };
      });
      scope.post('/program', async (request) => ({
        ok: true,
        ts: postAsProgram(ws, programPost.parse(json(request.body))).ts,
      }));
      scope.post('/click', async (request) => ({
        ok: true,
        ...(await click(ws, delivery, clicked.parse(json(request.body)))),
      }));
      scope.post('/submit', async (request) => ({
        ok: true,
        ...(await submit(ws, delivery, submitted.parse(json(request.body)))),
      }));
      scope.post('/close-view', async (request) => {
        await closeView(ws, delivery, closed.parse(json(request.body)));
        return { ok: true };
      });
      scope.post('/open-home', async (request) => {
        openApp(ws, delivery, opened.parse(json(request.body)));
        return { ok: true };
      });
      scope.post('/stop-session', async (request) => {
        stopSession(ws, delivery, stopped.parse(json(request.body)));
        return { ok: true };
      });
      serveReading(scope, ws);
      serveMenus(scope, ws, delivery);
      serveUploads(scope, ws);
      serveKnobs(scope, { ws, socket, limits });
    },
    { prefix: '/_sandbox/slack' },
  );
}

/** What a person reads and puts away; the app hears of neither. */
function serveReading(scope: FastifyInstance, ws: Workspace): void {
  scope.post('/read', async (request) => {
    const asked = reading.parse(json(request.body));
    const person = actor(ws, asked.as);
    return { ok: true, changed: markRead(ws, person, place(ws, person, asked.channel)) };
  });
  scope.post('/dismiss', async (request) => {
    const { as, ts } = dismissed.parse(json(request.body));
    const person = actor(ws, as);
    const at = ws.ephemerals.findIndex((each) => each.ts === ts && each.to === person.id);
    if (at === -1) throw new HumanRefusal('no_such_message', 'That message is gone already.');
    ws.ephemerals.splice(at, 1);
    ws.changed();
    return { ok: true };
  });
}

function serveMenus(scope: FastifyInstance, ws: Workspace, delivery: Delivery): void {
  scope.post('/shortcut', async (request) => ({
    ok: true,
    ...(await useShortcut(ws, delivery, chosen.parse(json(request.body)))),
  }));
  scope.post('/options', async (request) => ({
    ok: true,
    ...(await suggestOptions(ws, delivery, queried.parse(json(request.body)))),
  }));
}

/** The person opens one of the app's tabs; Messages is the direct message. An app hears of both by one event. */
function openApp(ws: Workspace, delivery: Delivery, { as, tab }: z.infer<typeof opened>): void {
  const person = actor(ws, as);
  if (tab === 'home' && !ws.state.hasHomeTab) {
    throw new HumanRefusal('no_home', 'The app has no Home tab.');
  }
  if (!hears(ws, 'app_home_opened')) return;
  const home = tab === 'home' ? ws.state.homes[person.id] : undefined;
  void delivery.event(
    envelope(ws, {
      type: 'app_home_opened',
      user: person.id,
      channel: directMessageOf(ws, person.id)?.id,
      tab,
      event_ts: ws.newTs(),
      ...(home === undefined ? {} : { view: homeForApp(home) }),
    }),
  );
}

/** Slack's own Stop button: it is there while the session is being worked on. */
function stopSession(ws: Workspace, delivery: Delivery, asked: z.infer<typeof stopped>): void {
  const person = actor(ws, asked.as);
  const channel = place(ws, person, asked.channel);
  const session = findSession(ws, { channel: channel.id, threadTs: asked.threadTs });
  if (session?.status !== 'processing') {
    throw new HumanRefusal('nothing_to_stop', 'Nothing is being worked on in that thread.');
  }
  if (!hears(ws, 'agent_session_stopped')) {
    throw new HumanRefusal('nothing_to_stop', 'The app does not listen to Stop.');
  }
  const streaming = messagesOf(ws, channel.id)
    .filter((each) => each.threadTs === asked.threadTs && isStreaming(ws, each))
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

function answerError(error: unknown, _request: unknown, reply: FastifyReply): void {
  if (error instanceof HumanRefusal) {
    const { code, message, fields, status } = error;
    void reply.code(status).send({ ok: false, error: code, message, ...fields });
    return;
  }
  if (error instanceof z.ZodError) {
    const words = error.issues.map((each) => `${each.path.join('.')}: ${each.message}`);
    void reply.code(400).send({ ok: false, error: 'invalid_request', message: words.join('; ') });
    return;
  }
  const message = error instanceof Error ? error.message : String(error);
  void reply.code(500).send({ ok: false, error: 'internal_error', message });
}
