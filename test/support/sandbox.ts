// Sandbox of a test file: services, Redis, the production bot and `say`.
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { execa } from 'execa';
import type { ClusterAccess } from '../../sandbox/test/support/kube-tools.ts';
import { createSandboxClient } from '../../sandbox/say/sandbox-client.ts';
import { createSandbox, type Sandbox, type SandboxOptions } from '../../sandbox/sandbox.ts';

export interface TestSandbox extends Sandbox {
  readonly directory: string;
  /** Runs the say CLI. @returns the messages that the person sees, and the exit code. */
  say(text: string, options?: SayOptions): Promise<Said>;
  /** Sends a slash command of olivia in #llm-gateway; returns after the ack, without a process. */
  command(text: string): Promise<void>;
  /** The blocks of the runs that the channel shows. */
  cards(): string;
  /** Gets a JSON document of the sandbox. */
  get<T>(path: string): Promise<T>;
  botLog(): string;
  /** Endpoint and token of the only cluster, from /_sandbox/kubeconfig. */
  clusterAccess(): Promise<ClusterAccess>;
}

export interface SayOptions {
  readonly as?: string;
  readonly in?: string;
  readonly wait?: boolean;
  readonly args?: readonly string[];
}

export interface Said {
  readonly text: string;
  readonly exitCode: number;
}

const sayEntry = fileURLToPath(new URL('../../sandbox/say/main.ts', import.meta.url));

export async function startTestSandbox(
  options: Partial<SandboxOptions> = {},
): Promise<TestSandbox> {
  const directory = mkdtempSync(join(tmpdir(), 'llmgw-test-'));
  const sandbox = createSandbox({
    port: 0,
    speed: 600,
    directory,
    slackMode: 'http',
    say: () => undefined,
    ...options,
  });
  await sandbox.start().catch(async (error: unknown) => {
    await sandbox.stop();
    throw error;
  });
  return Object.assign(Object.create(sandbox) as Sandbox, {
    directory,
    say: (text: string, said: SayOptions = {}) => say(sandbox.url, text, said),
    command: (text: string) => command(sandbox.url, text),
    cards: () => cardsIn(sandbox),
    get: async <T>(path: string) => (await (await fetch(`${sandbox.url}${path}`)).json()) as T,
    clusterAccess: () => clusterAccess(sandbox.url),
    botLog: () => readFileSync(join(directory, 'bot.log'), 'utf8'),
    stop: async () => {
      await sandbox.stop();
      rmSync(directory, { recursive: true, force: true });
    },
  });
}

async function command(url: string, text: string): Promise<void> {
  const typed = { as: 'U0OLIVIA', channel: 'C0GATEWAY', text };
  const answer = await createSandboxClient(url).act('command', typed);
  if (!answer.ok) throw new Error(`${text}: ${answer.message ?? answer.error ?? 'refused'}`);
}

interface ShownMessages {
  readonly messages: Readonly<Record<string, readonly { byBot: boolean; threadTs?: string }[]>>;
}

function cardsIn({ context }: Sandbox): string {
  const { messages } = context.state<ShownMessages>('slack', () => ({ messages: {} }));
  const shown = (messages['C0GATEWAY'] ?? []).filter(
    ({ byBot, threadTs }) => byBot && threadTs === undefined,
  );
  return JSON.stringify(shown);
}

async function say(url: string, text: string, options: SayOptions): Promise<Said> {
  const args = [
    '--url',
    url,
    ...(options.as === undefined ? [] : ['--as', options.as]),
    ...(options.in === undefined ? [] : ['--in', options.in]),
    ...(options.wait === true ? ['--wait'] : []),
    ...(options.args ?? []),
    text,
  ];
  const result = await execa(process.execPath, [sayEntry, ...args], { reject: false, all: true });
  return { text: result.all, exitCode: result.exitCode ?? -1 };
}

interface Kubeconfig {
  readonly clusters: readonly [
    {
      readonly cluster: { readonly server: string; readonly 'certificate-authority-data': string };
    },
  ];
  readonly users: readonly [{ readonly user: { readonly token: string } }];
}

async function clusterAccess(url: string): Promise<ClusterAccess> {
  const kubeconfig = (await (await fetch(`${url}/_sandbox/kubeconfig`)).json()) as Kubeconfig;
  const { cluster } = kubeconfig.clusters[0];
  return {
    endpoint: new URL(cluster.server).host,
    caCertificate: cluster['certificate-authority-data'],
    token: kubeconfig.users[0].user.token,
  };
}
