// Apps of the workspace, each with workspace access, deliveries, sockets and rate limits.
import { type Delivery, type DeliveryAddress, createDelivery } from './delivery.ts';
import { tellApp } from './message-events.ts';
import { type RateLimits, createRateLimits } from './rate-limits.ts';
import { type SocketMode, createSocketMode } from './socket-mode.ts';
import { APP_ID, type InstalledApp } from './state.ts';
import { type Workspace, appOfBot } from './workspace.ts';

export interface AppTokens {
  readonly botToken: string;
  readonly appToken: string;
}

export interface AppHost {
  /** The workspace from this app's perspective. */
  readonly ws: Workspace;
  readonly tokens: AppTokens;
  readonly delivery: Delivery;
  readonly socket: SocketMode;
  readonly limits: RateLimits;
}

export interface AppHosts {
  /** The llmgw app. */
  readonly main: AppHost;
  all(): readonly AppHost[];
  /** Falls back to llmgw for an unknown app. */
  of(app: string | undefined): AppHost;
  /** App of a message's bot; llmgw for a message without a bot. */
  ofBot(user: string | undefined): AppHost;
  ofCommand(command: string): AppHost | undefined;
  ofToken(token: string): AppHost | undefined;
  /** Connects an installed app, only once. */
  add(app: InstalledApp): AppHost;
  stop(): Promise<void>;
}

export interface MainApp extends AppTokens {
  readonly address: DeliveryAddress;
  /** Factor of Slack's published rate limits for the app. */
  readonly limits?: number | undefined;
}

/** Call it before the server listens. */
export function createAppHosts(ws: Workspace, main: MainApp): AppHosts {
  const hosts = new Map<string, AppHost>();
  const connect = (
    view: Workspace,
    tokens: AppTokens,
    address: DeliveryAddress,
    limits?: number,
  ): AppHost => {
    const socket = createSocketMode(view);
    const delivery = createDelivery(view, socket, address);
    tellApp(view, delivery);
    const { botToken, appToken } = tokens;
    const host = {
      ws: view,
      tokens: { botToken, appToken },
      delivery,
      socket,
      limits: createRateLimits(view.now, limits),
    };
    hosts.set(view.app.id, host);
    return host;
  };
  const llmgw = connect(ws, main, main.address, main.limits);
  const add = (app: InstalledApp): AppHost => {
    const { id, botId, botUser } = app;
    const view = { ...ws, app: { id, botId, botUser, grant: app } };
    return hosts.get(id) ?? connect(view, app, addressOf(app));
  };
  for (const app of ws.state.otherApps) add(app);
  const of = (app: string | undefined): AppHost => hosts.get(app ?? APP_ID) ?? llmgw;
  const find = (is: (host: AppHost) => boolean): AppHost | undefined =>
    [...hosts.values()].find(is);
  return {
    main: llmgw,
    all: () => [...hosts.values()],
    of,
    ofBot: (user) => of(user === undefined ? undefined : appOfBot(ws, user)?.id),
    ofCommand: (command) =>
      find(({ ws: { app } }) => app.grant.slashCommands.some((each) => each.command === command)),
    ofToken: (token) => find(({ tokens }) => Object.values(tokens).includes(token)),
    add,
    stop: async () => {
      for (const { delivery, socket } of hosts.values()) {
        delivery.stop();
        await socket.stop();
      }
    },
  };
}

function addressOf(app: InstalledApp): DeliveryAddress {
  return {
    signingSecret: app.signingSecret,
    urlOf: (what) => {
      const { events, interactivity, commands } = app.addresses;
      if (what === 'events') return events;
      return what === 'interactivity' ? interactivity : commands[what];
    },
  };
}
