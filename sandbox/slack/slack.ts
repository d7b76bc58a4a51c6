// The local Slack workspace as one service of the sandbox.
import type { SandboxContext, SandboxService } from '../core/context.ts';
import type { AppManifest } from './app-manifest.ts';
import { createAppHosts } from './app-hosts.ts';
import { type AppAddress, oneAddress, verifyUrl } from './delivery.ts';
import { serveHumanApi } from './human-api.ts';
import { environmentOf, grantOf, installApp } from './install-app.ts';
import { slackMethods } from './methods.ts';
import { clearStatusOnAnswer } from './thread-status.ts';
import { serveWebApi } from './web-api.ts';
import { type Workspace, createWorkspace } from './workspace.ts';

export interface SlackOptions extends AppAddress {
  readonly botToken: string;
  readonly appToken: string;
  /** Factor of Slack's published rate limits for the app; 1 by default. */
  readonly limits?: number;
  /** Manifest of the app's installation; without one it has every permission of the workspace. */
  readonly manifest?: AppManifest;
  /** Further apps of the workspace. */
  readonly otherApps?: readonly AppManifest[];
}

export interface Slack extends SandboxService {
  /** Slack's url_verification of the app's URL; true when the challenge was returned. */
  verifyUrl(): Promise<boolean>;
  /** Names of the served Web API methods. */
  readonly methods: readonly string[];
  /** Environment of each app besides llmgw, by name. */
  appEnvironments(): Readonly<Record<string, Readonly<Record<string, string>>>>;
  /** Cuts every Socket Mode connection. @returns the number of connections */
  dropSockets(): number;
}

/** Adds its routes to `ctx.http`, so call it before that listens. */
export function createSlack(ctx: SandboxContext, options: SlackOptions): Slack {
  const ws = createWorkspace(ctx);
  const { botToken, appToken, limits } = options;
  const hosts = createAppHosts(ws, { botToken, appToken, limits, address: oneAddress(options) });
  const { socket } = hosts.main;
  clearStatusOnAnswer(ws);
  if (options.manifest !== undefined) install(ws, options.manifest);
  for (const each of options.otherApps ?? []) hosts.add(installApp(ws, each));
  const api = serveWebApi(ws, slackMethods, hosts);
  serveHumanApi({ ws, hosts });
  return {
    name: 'slack',
    methods: [...api.methods.keys()],
    verifyUrl: () => verifyUrl(ws, options),
    appEnvironments: () =>
      Object.fromEntries(ws.state.otherApps.map((app) => [app.name, environmentOf(ws, app)])),
    dropSockets: () => socket.drop('cut'),
    world: () => ({
      people: ws.state.people.map((each) => each.name),
      channels: ws.state.channels.map((each) => ({
        id: each.id,
        name: each.name,
        members: each.members.length,
        messages: ws.state.messages[each.id]?.length ?? 0,
      })),
      openModals: [...ws.modals.values()].flat().length,
      apps: ws.state.otherApps.map((each) => each.name),
      agentSessions: ws.state.agentSessions,
      socketConnections: socket.connections(),
      scopes: ws.state.scopes,
    }),
    billable: () => [],
    stop: hosts.stop,
  };
}

/** Read at each start, so that edits of the manifest take effect at the next one. */
function install(ws: Workspace, manifest: AppManifest): void {
  Object.assign(ws.state, grantOf(manifest));
  ws.changed();
}
