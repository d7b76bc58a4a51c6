// Sandbox side: a fresh world, seeded with the names of the real project.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { superviseRedis } from '../../../sandbox/processes/redis.ts';
import { createSandbox } from '../../../sandbox/sandbox.ts';
import type { Likeness, Order } from './messages.ts';

export interface SideWorld {
  readonly environment: Readonly<Record<string, string | undefined>>;
  /** Starts a Redis for runs, or names the sandbox's. */
  redisUrl(): Promise<string>;
  /** The channel with the bot as a member. */
  readonly channel: string | undefined;
  stop(): Promise<void>;
}

export async function startSandboxSide({
  projectId,
  likeness,
  speed,
  channel,
}: Order): Promise<SideWorld> {
  const directory = mkdtempSync(join(tmpdir(), 'llmgw-conformance-'));
  const sandbox = createSandbox({
    port: 0,
    speed,
    directory,
    slackMode: 'http',
    say: () => undefined,
    withBot: false,
    seed: { ...seedOf(likeness), ...(projectId === undefined ? {} : { projectId }) },
  });
  await sandbox.start();
  // Google's library reads these two from the process.
  for (const name of ['GCE_METADATA_HOST', 'METADATA_SERVER_DETECTION']) {
    process.env[name] = sandbox.environment[name];
  }
  return {
    environment: sandbox.environment,
    redisUrl: async () => sandbox.redis.url,
    // #llm-gateway, if the real side was given a channel too.
    channel: channel === undefined ? undefined : 'C0GATEWAY',
    stop: async () => {
      await sandbox.stop();
      rmSync(directory, { recursive: true, force: true });
    },
  };
}

function seedOf(likeness: Likeness | undefined) {
  if (likeness === undefined) return {};
  const { region, zone, network, subnet } = likeness;
  return { region, zone, network, subnet };
}

/** The real services, by the person's own environment. */
export function openRealSide({ channel }: Order): SideWorld {
  const endings: (() => Promise<void>)[] = [];
  return {
    environment: process.env,
    redisUrl: async () => {
      const directory = mkdtempSync(join(tmpdir(), 'llmgw-conformance-'));
      const redis = await superviseRedis(directory, { say: () => undefined });
      endings.push(redis.stop, async () => rmSync(directory, { recursive: true, force: true }));
      return redis.url;
    },
    channel,
    stop: async () => {
      for (const end of endings) await end().catch(() => undefined);
    },
  };
}
