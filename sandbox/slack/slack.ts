// The local Slack workspace: its parts put together into one service of the sandbox.
import type { SandboxContext, SandboxService } from '../core/context.ts';
import type { AppManifest } from './app-manifest.ts';
import { type AppAddress, createDelivery, verifyUrl } from './delivery.ts';
import { serveHumanApi } from './human-api.ts';
import { tellApp } from './message-events.ts';
import { slackMethods } from './methods.ts';
import { createSocketMode } from './socket-mode.ts';
import { clearStatusOnAnswer } from './thread-status.ts';
import { serveWebApi } from './web-api.ts';
import { type Workspace, createWorkspace } from './workspace.ts';

export interface SlackOptions extends AppAddress {
  readonly botToken: string;
  readonly appToken: string;
  /** How many times Slack's published rate limits the app has been granted; once by default. */
  readonly limits?: number;
  /** What the app was installed from; without one it has everything that the workspace can grant. */
  readonly manifest?: AppManifest;
}

export interface Slack extends SandboxService {
  /** Slack's url_verification against the app's address: did the challenge come back? */
  verifyUrl(): Promise<boolean>;
  /** Names of the Web API methods that are served. */
  readonly methods: readonly string[];
  /** Cuts every Socket Mode connection. @returns how many there were */
  dropSockets(): number;
}

/** Adds its routes to `ctx.http`, so call it before that listens. */
export function createSlack(ctx: SandboxContext, options: SlackOptions): Slack {
  const ws = createWorkspace(ctx);
  const socket = createSocketMode(ws);
  const delivery = createDelivery(ws, socket, options);
  tellApp(ws, delivery);
  clearStatusOnAnswer(ws);
  if (options.manifest !== undefined) install(ws, options.manifest);
  const api = serveWebApi(
    ws,
    slackMethods(() => socket.newUrl()),
    options,
  );
  serveHumanApi({ ws, delivery, socket, limits: api.limits });
  return {
    name: 'slack',
    methods: [...api.methods.keys()],
    verifyUrl: () => verifyUrl(ws, options),
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
      agentSessions: ws.state.agentSessions,
      socketConnections: socket.connections(),
      scopes: ws.state.scopes,
    }),
    billable: () => [],
    stop: async () => {
      delivery.stop();
      await socket.stop();
    },
  };
}

/** Anew at each start: whoever edits the manifest sees it at the next one. */
function install(ws: Workspace, manifest: AppManifest): void {
  const { slashCommands, shortcuts, scopes, events, hasHomeTab } = manifest;
  Object.assign(ws.state, {
    slashCommands: [...slashCommands],
    shortcuts: [...shortcuts],
    scopes: [...scopes],
    events: [...events],
    hasHomeTab,
  });
  ws.changed();
}
