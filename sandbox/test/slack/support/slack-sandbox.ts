// A local Slack for tests: a server, a stepped clock and people's actions.
import Fastify from 'fastify';
import { createClock } from '../../../core/clock.ts';
import type { SandboxContext, UnknownCall } from '../../../core/context.ts';
import type { AppManifest } from '../../../slack/app-manifest.ts';
import { admitLocalOnly, requireJsonForControl } from '../../../core/local-access.ts';
import { createFaults } from '../../../core/faults.ts';
import type { Screen } from '../../../slack/screen.ts';
import { type Slack, createSlack } from '../../../slack/slack.ts';

export const SIGNING_SECRET = 'test-signing-secret';
export const BOT_TOKEN = 'xoxb-sandbox-test';
export const APP_TOKEN = 'xapp-sandbox-test';

export interface SlackSandbox {
  readonly url: string;
  readonly apiUrl: string;
  readonly ctx: SandboxContext;
  readonly slack: Slack;
  /** Moves the workspace's current time; timers use the real clock. */
  step(ms: number): void;
  /** Target of deliveries; unset at first. */
  setBotUrl(url: string | undefined): void;
  screen(as: string, channel?: string): Promise<Screen>;
  /** POSTs to the human side; returns the response with any status. */
  human(path: string, body: object): Promise<Record<string, unknown>>;
  stop(): Promise<void>;
}

export async function startSlack(
  options: {
    speed?: number;
    manifest?: AppManifest;
    limits?: number;
    /** Adds more routes before the server listens. */
    alsoServe?: (ctx: SandboxContext) => void;
  } = {},
): Promise<SlackSandbox> {
  const http = Fastify({ forceCloseConnections: true });
  admitLocalOnly(http.server);
  requireJsonForControl(http);
  const listeners = new Set<(service: string) => void>();
  const states = new Map<string, object>();
  const unknown: UnknownCall[] = [];
  const clock = createClock(options.speed ?? 6000);
  const at = { offsetMs: 0, bot: undefined as string | undefined, baseUrl: '' };
  const ctx: SandboxContext = {
    clock: { ...clock, now: () => Date.now() + at.offsetMs },
    faults: createFaults(),
    seed: {
      projectId: 'llm-demo',
      projectNumber: '1',
      region: 'us-central1',
      zone: 'us-central1-a',
      network: 'default',
      subnet: 'default',
      apigeeInstance: 'i',
    },
    unknown,
    state: <T extends object>(service: string, initial: () => T): T => {
      const known = states.get(service) ?? initial();
      states.set(service, known);
      return known as T;
    },
    changed: (service) => {
      for (const each of listeners) each(service);
    },
    onChange: (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    http,
    get baseUrl() {
      return at.baseUrl;
    },
    directory: '',
  };
  const slack = createSlack(ctx, {
    signingSecret: SIGNING_SECRET,
    botToken: BOT_TOKEN,
    appToken: APP_TOKEN,
    botUrl: () => at.bot,
    ...(options.limits === undefined ? {} : { limits: options.limits }),
    ...(options.manifest === undefined ? {} : { manifest: options.manifest }),
  });
  options.alsoServe?.(ctx);
  at.baseUrl = await http.listen({ port: 0, host: '127.0.0.1' });
  const url = at.baseUrl;
  return {
    url,
    apiUrl: `${url}/slack/api/`,
    ctx,
    slack,
    step: (ms) => {
      at.offsetMs += ms;
    },
    setBotUrl: (bot) => {
      at.bot = bot;
    },
    screen: async (as, channel) => {
      const query = new URLSearchParams(channel === undefined ? { as } : { as, channel });
      const response = await fetch(`${url}/_sandbox/slack/screen?${query}`);
      return (await response.json()) as Screen;
    },
    human: async (path, body) => {
      const response = await fetch(`${url}/_sandbox/slack/${path}`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify(body),
      });
      return (await response.json()) as Record<string, unknown>;
    },
    stop: async () => {
      await slack.stop();
      await http.close();
    },
  };
}
