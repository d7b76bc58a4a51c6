// Control routes of apps: list, features, and installation.
import type { FastifyInstance } from 'fastify';
import { z } from 'zod';
import type { AppHosts } from './app-hosts.ts';
import { toAppManifest } from './app-manifest.ts';
import { HumanRefusal } from './human-refusal.ts';
import { environmentOf, installApp } from './install-app.ts';
import { json } from './request-json.ts';

const installation = z.object({
  /** The app's manifest, as JSON. */
  manifest: z.record(z.string(), z.unknown()),
  /** Request URL for all HTTP deliveries, in place of the manifest's URLs. */
  requestUrl: z.url().optional(),
});

export function serveApps(scope: FastifyInstance, hosts: AppHosts): void {
  const { ws } = hosts.main;
  const offered = () => hosts.all().map((host) => host.ws.app.grant);
  scope.get('/commands', async () => ({
    commands: offered().flatMap(({ slashCommands }) => slashCommands),
  }));
  scope.get('/shortcuts', async () => ({ shortcuts: offered().flatMap((each) => each.shortcuts) }));
  scope.get('/app', async () => ({
    commands: offered().flatMap(({ slashCommands }) => slashCommands),
    shortcuts: offered().flatMap((each) => each.shortcuts),
    hasHomeTab: ws.state.hasHomeTab,
  }));
  scope.get('/apps', async () => ({
    apps: ws.state.otherApps.map(({ id, name, kind, botUser, hasHomeTab }) => ({
      id,
      name,
      kind,
      botUser,
      hasHomeTab,
    })),
  }));
  scope.post('/apps', async (request) => {
    const { manifest, requestUrl } = installation.parse(json(request.body));
    const app = installApp(ws, readManifest(manifest), requestUrl);
    hosts.add(app);
    const { id, name, botUser, botId } = app;
    return { ok: true, app: { id, name, botUser, botId }, environment: environmentOf(ws, app) };
  });
}

function readManifest(manifest: unknown) {
  try {
    return toAppManifest(manifest);
  } catch (error) {
    const said = error instanceof Error ? error.message : String(error);
    throw new HumanRefusal('invalid_manifest', said);
  }
}
