// One whole sandbox: Redis, services, and the production bot as a process.
import { randomBytes } from 'node:crypto';
import { type AddressInfo, createServer } from 'node:net';
import { join } from 'node:path';
import { botEnvironment, type Credentials } from './bot-environment.ts';
import type { SandboxContext, Seed } from './core/context.ts';
import { createContext } from './core/create-context.ts';
import { dataplaneState } from './dataplane/state.ts';
import { openDoors } from './doors.ts';
import { type BotProgram, superviseBot, type SupervisedBot } from './processes/bot.ts';
import { superviseRedis, type SupervisedRedis } from './processes/redis.ts';
import { createServices, type Services } from './services.ts';
import type { AppManifest } from './slack/app-manifest.ts';

export interface SandboxOptions {
  readonly port: number;
  readonly speed: number;
  readonly directory: string;
  readonly slackMode: 'http' | 'socket';
  /** Factor of Slack's published rate limits for the app; 1 by default. */
  readonly slackLimits?: number;
  readonly say: (line: string) => void;
  /** Manifests of apps besides the bot. */
  readonly apps?: readonly AppManifest[];
  readonly seed?: Partial<Seed>;
  /** Further variables for the bot, which override the sandbox's own. */
  readonly botEnv?: Readonly<Record<string, string>>;
  /** The checkout's bot by default. */
  readonly bot?: BotProgram | undefined;
  /** false: services and Redis only, for tests with clients of their own. */
  readonly withBot?: boolean;
}

export interface Sandbox {
  /** Resolves when the bot answers. @throws Error with a readable text when a part cannot start. */
  start(): Promise<void>;
  /** Stops everything that was started, at any time. */
  stop(): Promise<void>;
  readonly url: string;
  readonly context: SandboxContext;
  readonly services: Services;
  readonly redis: SupervisedRedis;
  readonly bot: SupervisedBot;
  /** Environment of the bot, including secrets. */
  readonly environment: Readonly<Record<string, string>>;
}

interface Parts {
  context?: SandboxContext;
  services?: Services;
  redis?: SupervisedRedis;
  bot?: SupervisedBot;
  environment?: Readonly<Record<string, string>>;
}

export function createSandbox(options: SandboxOptions): Sandbox {
  const parts: Parts = {};
  const endings: (() => Promise<void>)[] = [];
  const started = <K extends keyof Parts>(part: K): NonNullable<Parts[K]> => {
    const value = parts[part];
    if (value === undefined) throw new Error(`The sandbox has not started its ${part} yet`);
    return value;
  };
  let ended: Promise<void> | undefined;
  return {
    start: () => start(options, parts, endings),
    stop: () => (ended ??= endInReverse(endings)),
    get url() {
      return started('context').baseUrl;
    },
    get context() {
      return started('context');
    },
    get services() {
      return started('services');
    },
    get redis() {
      return started('redis');
    },
    get bot() {
      return started('bot');
    },
    get environment() {
      return started('environment');
    },
  };
}

async function start(
  options: SandboxOptions,
  parts: Parts,
  endings: (() => Promise<void>)[],
): Promise<void> {
  const opened = await createContext(options);
  endings.push(opened.close);
  const { context } = opened;
  parts.context = context;

  const redis = await superviseRedis(join(options.directory, 'redis'), {
    say: options.say,
    user: options.bot?.user,
  });
  endings.push(redis.stop);
  parts.redis = redis;

  const credentials = context.state<Credentials>('credentials', createCredentials);
  if (credentials.gatewayPort === 0) credentials.gatewayPort = await freePort();
  context.changed('credentials');
  const ports = { bot: await freePort(), health: await freePort() };

  const { slackLimits = 1, apps = [] } = options;
  const botUrl = `http://127.0.0.1:${ports.bot}`;
  const services = await createServices(context, credentials, { url: botUrl, slackLimits, apps });
  endings.push(services.stop);
  parts.services = services;

  const environment = {
    ...botEnvironment({
      context,
      credentials,
      ports,
      gkeUrl: services.gkeUrl,
      redisUrl: redis.url,
      slackMode: options.slackMode,
      slackLimits,
    }),
    ...options.botEnv,
  };
  parts.environment = environment;
  // A configured host name of the gateway implies its DNS record.
  const { GATEWAY_HOST: name } = options.botEnv ?? {};
  if (name !== undefined) dataplaneState(context).names = [name];
  if (options.withBot === false) {
    openDoors(context, services, [redis]);
    await opened.open();
    return;
  }
  const bot = superviseBot({
    program: options.bot,
    env: environment,
    healthUrl: `http://127.0.0.1:${ports.health}/healthz`,
    logFile: join(options.directory, 'bot.log'),
    say: options.say,
  });
  endings.push(bot.stop);
  parts.bot = bot;
  openDoors(context, services, [redis, bot]);
  await opened.open();
  await bot.ready();
}

async function endInReverse(endings: (() => Promise<void>)[]): Promise<void> {
  for (let end = endings.pop(); end !== undefined; end = endings.pop()) {
    // A part that fails to stop must not keep the others running.
    await end().catch(() => undefined);
  }
}

function createCredentials(): Credentials {
  const secret = (bytes: number): string => randomBytes(bytes).toString('hex');
  return {
    signingSecret: secret(16),
    botToken: `xoxb-sandbox-${secret(12)}`,
    appToken: `xapp-sandbox-${secret(12)}`,
    hfToken: `hf_${secret(17)}`,
    gatewayPort: 0,
  };
}

/** A currently free port; its user starts immediately, so that a conflict is unlikely. */
function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const probe = createServer();
    probe.once('error', reject);
    probe.listen(0, '127.0.0.1', () => {
      const { port } = probe.address() as AddressInfo;
      probe.close(() => resolve(port));
    });
  });
}
