// Production bot in a child process, with an in-process Slack and a chosen Redis.
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { type AddressInfo, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { createContext } from '../../sandbox/core/create-context.ts';
import type { FaultRule } from '../../sandbox/core/faults.ts';
import type { Screen, ScreenMessage } from '../../sandbox/slack/screen.ts';
import { createSlack } from '../../sandbox/slack/slack.ts';

export interface HealthAnswer {
  readonly status: number;
  readonly checks: Readonly<Record<string, { ok: boolean; code?: string; next?: string }>>;
}

export interface LogLine {
  readonly level: number;
  readonly msg: string;
  readonly [field: string]: unknown;
}

export interface BotProcess {
  readonly botUrl: string;
  readonly metricsUrl: string;
  /** 0 without a response. */
  health(path?: '/healthz' | '/readyz' | '/livez'): Promise<HealthAnswer>;
  log(): LogLine[];
  output(): string;
  exitCode(): number | null;
  command(text: string, as?: string): Promise<void>;
  screen(as?: string, channel?: string): Promise<Screen>;
  messages(as?: string, channel?: string): Promise<readonly ScreenMessage[]>;
  /** Calls a control route of the sandbox's Slack. */
  post(path: string, body: object): Promise<Record<string, unknown>>;
  fault(rule: Pick<FaultRule, 'operation' | 'action'> & Partial<FaultRule>): void;
  clearFaults(): void;
  kill(signal: NodeJS.Signals): void;
  stop(): Promise<void>;
}

export interface BotProcessOptions {
  readonly redisUrl: string;
  /** The entry file; that of the sources by default. */
  readonly entry?: string;
  /** Overrides of the default variables. */
  readonly env?: Readonly<Record<string, string>>;
  /** Called with the sandbox's Slack before the bot starts. */
  readonly before?: (post: BotProcess['post'], bot: Pick<BotProcess, 'fault'>) => Promise<unknown>;
}

const sources = fileURLToPath(new URL('../../src/main.ts', import.meta.url));
export const signingSecret = 'signing-secret-of-the-test';
export const botToken = 'xoxb-token-of-the-test';
export const appToken = 'xapp-token-of-the-test';

export async function startBot(options: BotProcessOptions): Promise<BotProcess> {
  const directory = mkdtempSync(join(tmpdir(), 'llmgw-bot-'));
  const { context, open, close } = await createContext({ port: 0, speed: 60, directory });
  const [port, healthPort] = [await freePort(), await freePort()];
  const botUrl = `http://127.0.0.1:${port}`;
  const slack = createSlack(context, { botToken, appToken, signingSecret, botUrl: () => botUrl });
  await open();

  const request = async (path: string, body?: object): Promise<Record<string, unknown>> => {
    const response = await fetch(
      `${context.baseUrl}/_sandbox/slack/${path}`,
      body === undefined
        ? {}
        : {
            method: 'POST',
            headers: { 'content-type': 'application/json' },
            body: JSON.stringify(body),
          },
    );
    const answer = (await response.json()) as Record<string, unknown>;
    if (!response.ok) throw new Error(`${path}: ${JSON.stringify(answer)}`);
    return answer;
  };
  const screen = async (as = 'U0ALICE', channel = 'C0GATEWAY'): Promise<Screen> =>
    (await request(`screen?as=${as}&channel=${channel}`)) as unknown as Screen;
  const fault: BotProcess['fault'] = (rule) =>
    void context.faults.add({ service: 'slack', probability: 1, seed: 1, ...rule });
  await options.before?.(request, { fault });

  const { PATH = '', HOME = '' } = process.env;
  const child: ChildProcess = spawn(process.execPath, [options.entry ?? sources], {
    stdio: ['ignore', 'pipe', 'pipe'],
    env: {
      PATH,
      HOME,
      PROJECT_ID: 'llm-demo',
      HF_TOKEN: 'hf_token_of_the_test',
      SLACK_BOT_TOKEN: botToken,
      SLACK_SIGNING_SECRET: signingSecret,
      SLACK_APP_TOKEN: appToken,
      SLACK_MODE: 'http',
      SLACK_API_URL: `${context.baseUrl}/slack/api/`,
      LLMGW_OPERATORS: 'U0OLIVIA',
      REDIS_URL: options.redisUrl,
      PORT: String(port),
      HEALTH_PORT: String(healthPort),
      ...options.env,
    },
  });
  let output = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream?.on('data', (chunk: Buffer) => (output += chunk.toString()));
  }
  return {
    botUrl,
    metricsUrl: `http://127.0.0.1:${healthPort}/metrics`,
    health: async (path = '/healthz') => {
      try {
        const response = await fetch(`http://127.0.0.1:${healthPort}${path}`, {
          signal: AbortSignal.timeout(5_000),
        });
        const text = await response.text();
        const body = (text.startsWith('{') ? JSON.parse(text) : {}) as Partial<HealthAnswer>;
        return { status: response.status, checks: body.checks ?? {} };
      } catch {
        return { status: 0, checks: {} };
      }
    },
    log: () =>
      output
        .split('\n')
        .filter((line) => line.startsWith('{') && line.endsWith('}'))
        .map((line) => JSON.parse(line) as LogLine),
    output: () => output,
    exitCode: () => child.exitCode,
    command: async (text, as = 'U0ALICE') => {
      await request('command', { as, channel: 'C0GATEWAY', text });
    },
    screen,
    messages: async (as, channel) => (await screen(as, channel)).messages,
    post: request,
    fault,
    clearFaults: () => context.faults.clear(),
    kill: (signal) => void child.kill(signal),
    stop: async () => {
      if (child.exitCode === null && child.signalCode === null) {
        const ended = once(child, 'exit');
        child.kill('SIGKILL');
        await ended;
      }
      await slack.stop();
      await close();
      rmSync(directory, { recursive: true, force: true });
    },
  };
}

export async function freePort(): Promise<number> {
  const probe = createServer().listen(0, '127.0.0.1');
  await once(probe, 'listening');
  const { port } = probe.address() as AddressInfo;
  probe.close();
  return port;
}
