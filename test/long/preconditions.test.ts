// Unmet preconditions, one by one, in plans with their fix and in provisions.
import type { IncomingMessage } from 'node:http';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { stringify } from 'yaml';
import { converse, type Ending } from '../../sandbox/say/conversation.ts';
import { createSandboxClient } from '../../sandbox/say/sandbox-client.ts';
import { type GkeState } from '../../sandbox/gke/state.ts';
import type { GatewayConfig } from '../../src/kernel/config.ts';
import { brokenProjects } from '../jobs/provision/broken-projects.ts';
import { openProjectState, type ProjectState } from '../jobs/provision/project-state.ts';
import { startTestSandbox, type TestSandbox } from '../support/sandbox.ts';

let sandbox: TestSandbox;
let state: ProjectState;
let directory = '';
/** Requests that ask Google's or Apigee's APIs to change something. */
let writes = 0;

const variableOf: Partial<Record<keyof GatewayConfig, string>> = {
  projectId: 'PROJECT_ID',
  region: 'REGION',
  zone: 'ZONE',
  machineType: 'MACHINE_TYPE',
  network: 'NETWORK',
  subnet: 'SUBNET',
  pscSubnet: 'PSC_SUBNET',
  proxySubnetRange: 'PROXY_SUBNET_RANGE',
  model: 'MODEL',
};

const nameOf = (row: number): string => `row-${row}`;

/** A gateway for each row, as one bot has one configuration: the same settings, except for the row's own. */
const gateways = Object.fromEntries(
  brokenProjects.map(([, , , , over], row) => [
    nameOf(row),
    {
      APIGEE_ENV: 'apim-op-env',
      // The configuration requires one region for all gateways.
      ...(over.region === undefined ? {} : { ZONE: `${over.region}-a` }),
      ...Object.fromEntries(
        Object.entries(over).map(([key, value]) => [
          variableOf[key as keyof GatewayConfig] ?? key,
          value,
        ]),
      ),
    },
  ]),
);

beforeAll(async () => {
  directory = mkdtempSync(join(tmpdir(), 'llmgw-rows-'));
  const path = join(directory, 'gateways.yaml');
  writeFileSync(path, stringify(gateways));
  sandbox = await startTestSandbox({
    speed: 3_000,
    botEnv: { LLMGW_GATEWAYS: path, LLMGW_OPERATORS: 'U0OLIVIA,U0ALICE,U0BOB,U0NADIA' },
  });
  state = openProjectState(sandbox);
  sandbox.context.http.server.on('request', ({ method, url = '' }: IncomingMessage) => {
    const asks = /:(getIamPolicy|testIamPermissions)(\?|$)/.test(url);
    if (
      method !== 'GET' &&
      !asks &&
      /^\/(apigee|iam|serviceusage|resourcemanager|compute)\//.test(url)
    )
      writes += 1;
  });
}, 60_000);
afterAll(async () => {
  await sandbox?.stop();
  rmSync(directory, { recursive: true, force: true });
});

/** They take turns to keep each screen short: each read of a screen reads all of it. */
const operators = ['olivia', 'alice', 'bob', 'nadia'];

function shortenChannels(): void {
  const { messages } = sandbox.context.state<{ messages: Record<string, object[]> }>(
    'slack',
    () => ({ messages: {} }),
  );
  for (const channel of Object.values(messages)) channel.splice(0, channel.length - 4);
}

const say = (as: string, text: string): Promise<Ending> =>
  converse(
    createSandboxClient(sandbox.url),
    {
      url: sandbox.url,
      as,
      channel: '#llm-gateway',
      text,
      threadTs: undefined,
      wait: true,
      json: false,
      confirm: true,
      clicks: [],
      shortcut: undefined,
      submit: undefined,
      timeoutMs: 30_000,
    },
    { note: () => undefined, look: () => undefined },
  );

/** Cloud resources and their costs, without journals and conversations. */
async function cloud(): Promise<unknown> {
  const world = await sandbox.get<Record<string, unknown>>('/_sandbox/world');
  const { google, apigee, gke, kubernetes, controllers, billable } = world;
  // Tokens are issued all the time.
  const project = { ...(google as object), tokens: undefined };
  return { google: project, apigee, gke, kubernetes, controllers, billable };
}

const operations = (): number =>
  Object.keys(
    sandbox.context.state<GkeState>('gke', () => ({ clusters: {}, operations: {} })).operations,
  ).length;

/** The blocks of the last message about that gateway, from the top. */
function readFrom({ news }: Ending, gateway: string): string[] {
  const isAbout = ({ blocks }: { blocks: readonly object[] }): boolean =>
    new RegExp(`${gateway}(?!\\d)`).test(JSON.stringify(blocks));
  return (news.messages.findLast(isAbout)?.blocks ?? []).map((block) =>
    JSON.stringify(block)
      .replaceAll('\\n', '\n')
      .replaceAll('\\"', '"')
      // A link in the form that Slack shows.
      .replaceAll(/<(https:\/\/[^|>]+)(?:\|[^>]*)?>/g, '$1'),
  );
}

/** The rows' patterns match the whole message of a fault; here it is a part of one. */
const within = ({ source }: RegExp): RegExp =>
  new RegExp(source.replace(/^\^/, '').replace(/\$$/, ''));

test.each(brokenProjects.map((row, index) => [row[0], index] as const))(
  '%s',
  async (_what, index) => {
    const [, , message, next, , breakIt] = brokenProjects[index] ?? expect.fail('no such row');
    const gateway = nameOf(index);
    const by = operators[index % operators.length] ?? 'olivia';
    shortenChannels();
    state.reset();
    breakIt(state);
    const before = await cloud();
    const [written, begun] = [writes, operations()];

    const plan = await say(by, `/llmgw plan ${gateway}`);
    const [title, lead, obstacle] = readFrom(plan, gateway);
    expect(title).toContain(`Plan for gateway ${gateway}`);
    expect(lead).toMatch(/Blocked: 1 problem to fix.*Nothing changed/);
    expect(obstacle).toMatch(within(message));
    expect(obstacle).toMatch(new RegExp(`Fix:.*${within(next).source}`));

    const run = await say(by, `/llmgw provision ${gateway} --yes`);
    expect(run.status).toMatch(/^(refused|failed)$/);
    const told = readFrom(run, gateway).join('\n');
    expect(told).toMatch(within(message));
    expect(told).toMatch(within(next));

    expect(await cloud()).toEqual(before);
    expect(before).toMatchObject({ billable: [] });
    expect([writes, operations()]).toEqual([written, begun]);
  },
);
