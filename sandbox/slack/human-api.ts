// /_sandbox/slack: people's screens and actions as JSON, and the workspace's controls.
import type { FastifyInstance, FastifyReply } from 'fastify';
import { z } from 'zod';
import type { AppHosts } from './app-hosts.ts';
import { serveApps } from './app-routes.ts';
import { correctMessage, withdrawMessage } from './edit-message.ts';
import { hostOfSession, hostOfShortcut, hostOfSurface } from './find-host.ts';
import { HumanRefusal } from './human-refusal.ts';
import { click } from './interact.ts';
import { streamChanges } from './live-changes.ts';
import { actor, channelsOf, place } from './people-access.ts';
import { postAsProgram, programPost } from './post-as-program.ts';
import { serveKnobs } from './knobs.ts';
import { markRead } from './read-marks.ts';
import { json } from './request-json.ts';
import { screenOf } from './screen.ts';
import { useShortcut } from './shortcuts.ts';
import { suggestOptions } from './suggest-options.ts';
import { closeView, submit } from './submit-modal.ts';
import { typeCommand, typeMessage } from './type-message.ts';
import { serveUploads } from './uploads.ts';
import { stop, stopSession, visit, visitApp } from './visit-app.ts';
import { takeRawBodies } from './web-api.ts';
import type { Workspace } from './workspace.ts';

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
  app: z.string().optional(),
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
  .pick({ as: true, messageTs: true, viewId: true, home: true, app: true })
  .extend({ actionId: z.string().min(1), query: z.string().default('') });
const looking = z.object({
  as: z.string().min(1),
  channel: z.string().optional(),
  /** Id of the app of the displayed Home; llmgw by default. */
  app: z.string().optional(),
});

export interface HumanApi {
  readonly ws: Workspace;
  readonly hosts: AppHosts;
}

export function serveHumanApi({ ws, hosts }: HumanApi): void {
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
      serveApps(scope, hosts);
      scope.get('/channels', async (request) => {
        const { as } = looking.partial().parse(request.query);
        const all = as === undefined ? ws.state.channels : channelsOf(ws, actor(ws, as));
        return { channels: all };
      });
      scope.get('/screen', async (request) => {
        const { as, channel, app } = looking.parse(request.query);
        const person = actor(ws, as);
        return screenOf(
          hosts.of(app).ws,
          person,
          channel === undefined ? undefined : place(ws, person, channel),
        );
      });
      scope.get('/live', (request, reply) => {
        actor(ws, looking.parse(request.query).as);
        streamChanges(ws, reply);
      });
      scope.post('/command', async (request) => {
        const asked = typed.parse(json(request.body));
        const [command = ''] = asked.text.trim().split(/\s/, 1);
        const host = hosts.ofCommand(command) ?? hosts.main;
        return { ok: true, ...(await typeCommand(host.ws, host.delivery, asked)) };
      });
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
      scope.post('/click', async (request) => {
        const asked = clicked.parse(json(request.body));
        const host = hostOfSurface(hosts, asked);
        return { ok: true, ...(await click(host.ws, host.delivery, asked)) };
      });
      scope.post('/submit', async (request) => {
        const asked = submitted.parse(json(request.body));
        const host = hostOfSurface(hosts, asked);
        return { ok: true, ...(await submit(host.ws, host.delivery, asked)) };
      });
      scope.post('/close-view', async (request) => {
        const asked = closed.parse(json(request.body));
        const host = hostOfSurface(hosts, asked);
        await closeView(host.ws, host.delivery, asked);
        return { ok: true };
      });
      scope.post('/open-home', async (request) => {
        const asked = visit.parse(json(request.body));
        visitApp(hosts.of(asked.app), asked);
        return { ok: true };
      });
      scope.post('/stop-session', async (request) => {
        const asked = stop.parse(json(request.body));
        const { id } = place(ws, actor(ws, asked.as), asked.channel);
        stopSession(hostOfSession(hosts, id, asked.threadTs), asked);
        return { ok: true };
      });
      serveReading(scope, ws);
      serveMenus(scope, hosts);
      serveUploads(scope, ws);
      serveKnobs(scope, hosts.main);
    },
    { prefix: '/_sandbox/slack' },
  );
}

/** Reading and dismissing by a person; the app gets no event. */
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

function serveMenus(scope: FastifyInstance, hosts: AppHosts): void {
  scope.post('/shortcut', async (request) => {
    const asked = chosen.parse(json(request.body));
    const host = hostOfShortcut(hosts, asked.shortcut);
    return { ok: true, ...(await useShortcut(host.ws, host.delivery, asked)) };
  });
  scope.post('/options', async (request) => {
    const asked = queried.parse(json(request.body));
    const host = hostOfSurface(hosts, asked);
    return { ok: true, ...(await suggestOptions(host.ws, host.delivery, asked)) };
  });
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
