// Installation of further apps from manifests: bot user, tokens and direct messages.
import { randomBytes } from 'node:crypto';
import type { AppManifest } from './app-manifest.ts';
import {
  type AppAddresses,
  type AppGrant,
  type InstalledApp,
  directMessage,
  person,
} from './state.ts';
import { type Workspace, findPerson } from './workspace.ts';

/** Grant of an app from its manifest. */
export function grantOf(
  manifest: AppManifest,
): Omit<AppGrant, 'homes' | 'refusedTokens' | 'appScopes'> {
  const { slashCommands, shortcuts, scopes, events, hasHomeTab } = manifest;
  return {
    slashCommands: [...slashCommands],
    shortcuts: [...shortcuts],
    scopes: [...scopes],
    events: [...events],
    hasHomeTab,
  };
}

/** An installed app of that name gets the new manifest and keeps its tokens. */
export function installApp(
  ws: Workspace,
  manifest: AppManifest,
  requestUrl?: string,
): InstalledApp {
  const { name, kind } = manifest;
  const addresses =
    requestUrl === undefined ? manifest.addresses : everywhere(manifest, requestUrl);
  const known = ws.state.otherApps.find((each) => each.name === name);
  if (known !== undefined) {
    Object.assign(known, grantOf(manifest), { kind, addresses });
    ws.changed();
    return known;
  }
  const secret = (bytes: number): string => randomBytes(bytes).toString('hex');
  const app: InstalledApp = {
    id: ws.newId('A'),
    botId: ws.newId('B'),
    botUser: ws.newId('U'),
    name,
    kind,
    addresses,
    botToken: `xoxb-sandbox-${secret(12)}`,
    appToken: `xapp-sandbox-${secret(12)}`,
    signingSecret: secret(16),
    ...grantOf(manifest),
    appScopes: ['connections:write'],
    refusedTokens: {},
    homes: {},
  };
  const humans = ws.state.people.filter((each) => !each.isBot);
  const bot = person(app.botUser, freeName(ws, manifest.botName), manifest.botName, 'App');
  ws.state.people.push({ ...bot, email: '', isBot: true });
  for (const { id } of humans) {
    ws.state.channels.push(directMessage(id, app.botUser, ws.newId('D')));
  }
  ws.state.otherApps.push(app);
  ws.changed();
  return app;
}

function everywhere({ slashCommands }: AppManifest, url: string): AppAddresses {
  const commands = Object.fromEntries(slashCommands.map(({ command }) => [command, url]));
  return { events: url, interactivity: url, commands };
}

/** Slack's user name for a display name. */
function freeName(ws: Workspace, displayName: string): string {
  const name =
    displayName
      .toLowerCase()
      .replaceAll(/[^a-z0-9]+/g, '_')
      .replaceAll(/^_|_$/g, '') || 'app';
  for (let number = 1; ; number += 1) {
    const free = number === 1 ? name : `${name}_${number}`;
    if (findPerson(ws, free) === undefined) return free;
  }
}

/** Environment of the app, with the names of Slack's sample apps. */
export function environmentOf(ws: Workspace, app: InstalledApp): Readonly<Record<string, string>> {
  return {
    SLACK_API_URL: `${ws.ctx.baseUrl}/slack/api/`,
    SLACK_BOT_TOKEN: app.botToken,
    SLACK_APP_TOKEN: app.appToken,
    SLACK_SIGNING_SECRET: app.signingSecret,
  };
}
