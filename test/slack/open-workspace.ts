// A test workspace: the sandbox's Slack, connected to the bot, with real Redis.
import { randomUUID } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Queue } from 'bullmq';
import type { Redis } from 'ioredis';
import { expect } from 'vitest';
import { createContext } from '../../sandbox/core/create-context.ts';
import type { FaultRule } from '../../sandbox/core/faults.ts';
import type { Screen, ScreenMessage } from '../../sandbox/slack/screen.ts';
import { handlers, openHandlerContext } from '../../jobs/index.ts';
import { createSlack } from '../../sandbox/slack/slack.ts';
import type { SlackState } from '../../sandbox/slack/state.ts';
import { readConfig } from '../../src/kernel/config.ts';
import { createMetrics } from '../../src/kernel/metrics.ts';
import { type Redactor, createRedactor } from '../../src/kernel/redaction.ts';
import type { EngineCommand } from '../../src/engine/commands.ts';
import { bullPrefix, jobQueueName, queueNames } from '../../src/engine/queue-names.ts';
import { type PlainJobData, type Queues, createQueues } from '../../src/engine/queue.ts';
import { connectRedis } from '../../src/kernel/redis.ts';
import { type RunStore, createRunStore } from '../../src/engine/run-store.ts';
import { type Texts, createTexts } from '../../src/kernel/texts.ts';
import { startSlack } from '../../src/slack/receive/receiver.ts';
import type { RunbookOutline } from '../../jobs/runs/card/outline.ts';
import type { PeoplePolicy } from '../../src/slack/people/person.ts';
import { type SlackNotifier, createSlackNotifier } from '../../jobs/slack-notifier.ts';
import { quiet, redisUrl } from '../support/engine.ts';

export const signingSecret = 'signing-secret-of-the-test';
export const botToken = 'xoxb-token-of-the-test';
const appToken = 'xapp-token-of-the-test';

export const outline: RunbookOutline = {
  name: 'provision',
  title: 'Provision gateway',
  steps: [
    {
      id: 'create-cluster',
      title: 'Create cluster',
      needs: [],
      kind: 'make',
      expectMs: 240_000,
    },
    {
      id: 'prove-protection',
      title: 'Verify protection',
      needs: ['create-cluster'],
      kind: 'verify',
      expectMs: 90_000,
    },
  ],
};

export interface TestWorkspace {
  readonly queues: Queues;
  readonly store: RunStore;
  readonly texts: Texts;
  readonly slackNotifier: SlackNotifier;
  /** `http://…`, without the path of the Web API. */
  readonly sandboxUrl: string;
  readonly redactor: Redactor;
  readonly redis: Redis;
  /** Members of Slack's user groups, which tests change. */
  readonly userGroups: SlackState['userGroups'];
  readonly botUrl: string;
  readonly prefix: string;
  command(
    text: string,
    as?: string,
    channel?: string,
  ): Promise<{ delivered: boolean; error?: string }>;
  message(text: string, as?: string, channel?: string, threadTs?: string): Promise<string>;
  click(label: string, messageTs?: string, as?: string): Promise<void>;
  screen(as?: string, channel?: string): Promise<Screen>;
  /** The first message a person sees for which `is` holds. */
  sees(
    is: (message: ScreenMessage) => boolean,
    as?: string,
    channel?: string,
  ): Promise<ScreenMessage>;
  /** Inputs of the requested runs that no worker has started. */
  startedInputs(): Promise<unknown[]>;
  /** Payloads of the plain jobs that no worker has started, oldest first. */
  payloads(job: string): Promise<unknown[]>;
  fault(rule: Pick<FaultRule, 'operation' | 'action'> & Partial<FaultRule>): void;
  clearFaults(): void;
  post(path: string, body: object): Promise<unknown>;
  close(): Promise<void>;
}

export interface WorkspaceOptions {
  readonly mode?: 'http' | 'socket';
  readonly operators?: string;
  /** URL of the bot's Redis; that of the suite by default. */
  readonly redis?: string;
  /** YAML of further gateways. */
  readonly gateways?: string;
  /** `LLMGW_TWO_PERSON`. */
  readonly requiresApproval?: string;
  /** Factor for Slack's rate limits, so that posts do not wait. */
  readonly limits?: string;
  /** `LLMGW_CHANNEL_ANSWERS`. */
  readonly channelAnswers?: 'stream' | 'edit';
  /** Injected before the bot starts. */
  readonly faults?: readonly FaultRule[];
  readonly people?: PeoplePolicy;
  /** Id of the Grid that the workspace belongs to. */
  readonly enterprise?: string;
}

export async function openWorkspace(options: WorkspaceOptions = {}): Promise<TestWorkspace> {
  const directory = mkdtempSync(join(tmpdir(), 'llmgw-slack-'));
  const { context, open, close } = await createContext({ port: 0, speed: 60, directory });
  const address: { url?: string } = {};
  const slack = createSlack(context, {
    botToken,
    appToken,
    signingSecret,
    botUrl: () => address.url,
  });
  await open();
  for (const rule of options.faults ?? []) context.faults.add(rule);

  if (options.enterprise !== undefined) {
    context.state<{ enterprise: string | null }>('slack', () => ({ enterprise: null })).enterprise =
      options.enterprise;
  }
  const prefix = `test-${randomUUID()}`;
  const redis = connectRedis(options.redis ?? redisUrl(), { failFast: true });
  const queues = createQueues({
    redis,
    prefix,
    jobs: [
      'key',
      'ask',
      'status',
      'plan',
      'home',
      'doctor',
      'teardown-look',
      'retry-look',
      'quota',
    ],
  });
  const store = createRunStore(redis, prefix);
  const redactor = createRedactor([botToken, signingSecret]);
  const config = testConfig(context.baseUrl, directory, options);
  const shared = {
    redis,
    prefix,
    redactor,
    log: quiet,
    outlines: [outline],
    apiUrl: config.endpoints.slack,
  };
  const bot = await startSlack({
    ...shared,
    handlers,
    openHandlerContext,
    slack: config.slack,
    operators: config.operators,
    people: options.people ?? config.people,
    requiresApproval: config.requiresApproval,
    gateways: config.gateways,
    queues,
    store,
    metrics: createMetrics(),
  });
  address.url = `http://127.0.0.1:${bot.port ?? 0}`;
  const slackNotifier = createSlackNotifier({
    ...shared,
    botToken,
    limits: config.slack.limits,
    channelAnswers: options.channelAnswers ?? config.slack.channelAnswers,
    operators: config.operators,
    people: options.people ?? config.people,
  });

  const request = async (path: string, body?: object): Promise<unknown> => {
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
    const answer: unknown = await response.json();
    if (!response.ok) throw new Error(`${path}: ${JSON.stringify(answer)}`);
    return answer;
  };
  const screen = async (as = 'U0OLIVIA', channel?: string): Promise<Screen> =>
    (await request(
      `screen?as=${as}${channel === undefined ? '' : `&channel=${channel}`}`,
    )) as Screen;
  return {
    queues,
    store,
    texts: createTexts(redis, prefix, quiet),
    slackNotifier,
    redactor,
    redis,
    prefix,
    userGroups: context.state('slack', (): SlackState => expect.fail()).userGroups,
    botUrl: address.url,
    sandboxUrl: context.baseUrl,
    command: async (text, as = 'U0OLIVIA', channel = 'C0GATEWAY') =>
      (await request('command', { as, channel, text })) as { delivered: boolean; error?: string },
    message: async (text, as = 'U0OLIVIA', channel = 'C0GATEWAY', threadTs) => {
      const answer = await request('message', { as, channel, text, threadTs });
      return (answer as { ts: string }).ts;
    },
    click: async (label, messageTs, as = 'U0OLIVIA') => {
      await request('click', { as, label, messageTs, confirmed: true });
    },
    screen,
    sees: (is, as, channel) =>
      expect
        .poll(async () => (await screen(as, channel)).messages.find(is), { timeout: 10_000 })
        .toBeDefined()
        .then(async () => {
          const found = (await screen(as, channel)).messages.find(is);
          if (found === undefined) throw new Error('seen, and gone again');
          return found;
        }),
    payloads: async (job) => {
      const queue = new Queue<PlainJobData>(jobQueueName(job), {
        connection: redis,
        prefix: bullPrefix(prefix),
      });
      const waiting = await queue.getJobs(['waiting'], 0, -1, true);
      await queue.close();
      return waiting.map(({ data }) => data.payload);
    },
    startedInputs: async () => {
      const commands = new Queue<EngineCommand>(queueNames.commands, {
        connection: redis,
        prefix: bullPrefix(prefix),
      });
      const waiting = await commands.getJobs(['waiting']);
      await commands.close();
      return waiting.flatMap(({ data }) => (data.op === 'start' ? [data.request.input] : []));
    },
    fault: (rule) =>
      void context.faults.add({ service: 'slack', probability: 1, seed: 1, ...rule }),
    clearFaults: () => context.faults.clear(),
    post: request,
    close: async () => {
      await bot.stop();
      await slackNotifier.close();
      await slack.stop();
      await close();
      await queues.close().catch(() => undefined);
      redis.disconnect();
      rmSync(directory, { recursive: true, force: true });
    },
  };
}

function testConfig(
  baseUrl: string,
  directory: string,
  { mode = 'http', operators = 'U0OLIVIA', gateways, requiresApproval, limits }: WorkspaceOptions,
) {
  const path = join(directory, 'gateways.yaml');
  if (gateways !== undefined) writeFileSync(path, gateways);
  const config = readConfig({
    PROJECT_ID: 'llm-demo',
    HF_TOKEN: 'hf_token_of_the_test',
    SLACK_BOT_TOKEN: botToken,
    SLACK_SIGNING_SECRET: signingSecret,
    SLACK_APP_TOKEN: appToken,
    SLACK_MODE: mode,
    SLACK_API_URL: `${baseUrl}/slack/api/`,
    LLMGW_OPERATORS: operators,
    LLMGW_TWO_PERSON: requiresApproval,
    REDIS_URL: redisUrl(),
    SLACK_LIMITS: limits,
    LLMGW_GATEWAYS: gateways === undefined ? undefined : path,
  });
  const { slack } = config;
  // Port 0 selects any free port; the configuration accepts no port below 1.
  return slack.transport.mode === 'http'
    ? { ...config, slack: { ...slack, transport: { ...slack.transport, port: 0 } } }
    : config;
}

/** The mark for scripts that an ephemeral message carries. */
export function markOf(message: ScreenMessage): string | undefined {
  return message.blocks.map((block) => block.block_id).find((id) => id?.startsWith('llmgw.'));
}
