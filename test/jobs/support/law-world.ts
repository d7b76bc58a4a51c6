// Sandbox cloud for the runbook laws: stable content, and a count of its writes.
import type { IncomingMessage } from 'node:http';
import { operatorAccount } from '../../../jobs/provision/step-parts/operator-identity.ts';
import type { ApigeeState } from '../../../sandbox/apigee/state.ts';
import type { GkeState } from '../../../sandbox/gke/state.ts';
import type { GoogleState } from '../../../sandbox/google/state.ts';
import type { KubeObject } from '../../../sandbox/kubernetes/cluster.ts';
import type { KubernetesState } from '../../../sandbox/kubernetes/cluster-state.ts';
import type { Sandbox } from '../../../sandbox/sandbox.ts';
import type { GatewayConfig } from '../../../src/kernel/config.ts';
import type { Json } from '../../../src/kernel/errors.ts';
import type { Runbook } from '../../../src/engine/step.ts';
import type { ProvisionEnv } from '../../../src/gateway/env.ts';
import type { RunbookInWorld } from '../../support/runbook-laws.ts';
import { startMortal } from './start-mortal.ts';
import { startWorld, type World } from './world.ts';

export interface LawWorld {
  readonly world: World;
  /** The world's environment; after this call, Google's library gets its tokens from this world. */
  env(): World['env'];
  snapshot(): unknown;
  writes(): number;
  /** Billable resources, from GET /_sandbox/world. */
  billable(): readonly string[];
  /** Names of resources outside clusters that have the bot's label. */
  ours(): readonly string[];
  close(): Promise<void>;
}

/** The tests never wait for this quota: an interrupted proof is repeated with another app. */
const quota = '2/day';

/** A runbook of the gateway in a fresh world, which may already hold a whole gateway. */
export async function runbookInWorld(options: {
  readonly runbook: Runbook<ProvisionEnv>;
  readonly input?: Json;
  readonly isProvisioned?: boolean;
}): Promise<RunbookInWorld<ProvisionEnv>> {
  const { runbook, input = {}, isProvisioned = false } = options;
  const { world, env, snapshot, writes, billable, ours, close } = await startLawWorld(lawSpeed);
  if (isProvisioned) await world.provision();
  return {
    runbook,
    env: () => Promise.resolve(env()),
    target: world.gateway.name,
    input,
    snapshot: () => Promise.resolve(snapshot()),
    writes: () => Promise.resolve(writes()),
    left: () => Promise.resolve([...billable(), ...ours()]),
    mortal: () => startMortal(world.sandbox),
    close,
  };
}

/** For the engine of a law: the first call of a step's library must not cost a lock. */
export const lawTimings = { lockMs: 10_000, stalledIntervalMs: 5_000 } as const;

/** Journal writes between two kills: LLMGW_LAW_STRIDE=1 kills after each, which takes minutes. */
export const lawStride = (): number => Number(process.env['LLMGW_LAW_STRIDE'] ?? 12);

/** Fast enough that the laws never wait for the cloud. */
const lawSpeed = 6_000;

export async function startLawWorld(speed: number): Promise<LawWorld> {
  const world = await startWorld({ speed, quota });
  const { sandbox } = world;
  let requests = 0;
  sandbox.context.http.server.on('request', (request: IncomingMessage) => {
    if (isWrite(request)) requests += 1;
  });
  return {
    world,
    env: () => {
      for (const name of ['GCE_METADATA_HOST', 'METADATA_SERVER_DETECTION']) {
        process.env[name] = sandbox.environment[name];
      }
      return world.env;
    },
    snapshot: () => snapshotOf(sandbox, world.gateway),
    writes: () => requests + clusterWrites(sandbox) + clusterOperations(sandbox),
    billable: () =>
      sandbox.services.control.services.flatMap((service) =>
        service.billable().map(({ kind, name }) => `${kind} ${name}`),
      ),
    ours: () => oursIn(sandbox),
    close: world.stop,
  };
}

const servedPaths = /^\/(apigee|iam|serviceusage|resourcemanager|compute)\//;
const questions = /:(getIamPolicy|testIamPermissions)(\?|$)/;

function isWrite({ method, url = '' }: IncomingMessage): boolean {
  return method !== 'GET' && servedPaths.test(url) && !questions.test(url);
}

/** The sandbox does not count its own field managers. */
function clusterWrites({ context }: Sandbox): number {
  const { clusters } = stateOf<KubernetesState>(context, 'kubernetes');
  return sum(Object.values(clusters).flatMap(({ writes }) => Object.values(writes)));
}

function clusterOperations({ context }: Sandbox): number {
  return Object.keys(stateOf<GkeState>(context, 'gke').operations).length;
}

const sum = (numbers: readonly number[]): number => numbers.reduce((all, one) => all + one, 0);

function stateOf<T extends object>(context: Sandbox['context'], service: string): T {
  return context.state<T>(service, () => {
    throw new Error(`The sandbox has no state of ${service}.`);
  });
}

function snapshotOf({ context }: Sandbox, gateway: GatewayConfig): unknown {
  const { projectId } = context.seed;
  const kubernetes = stateOf<KubernetesState>(context, 'kubernetes');
  const gke = stateOf<GkeState>(context, 'gke');
  const apigee = stateOf<ApigeeState>(context, 'apigee').organizations[projectId];
  const project = stateOf<GoogleState>(context, 'google').projects[projectId];
  const account = project?.serviceAccounts[operatorAccount(gateway)];
  const found = {
    objects: Object.values(kubernetes.clusters).flatMap(({ objects }) =>
      Object.values(objects).flatMap((of) => Object.values(of).filter(isMadeByUs).map(essence)),
    ),
    clusters: Object.values(gke.clusters).map(({ name, status, labels, nodePools }) => ({
      name,
      status,
      labels,
      nodePools,
    })),
    creations: Object.values(gke.operations).map(({ type, cluster }) => `${type} ${cluster}`),
    services: project?.enabledServices.toSorted(),
    subnetworks: Object.values(project?.compute.subnetworks ?? {}).flatMap((of) =>
      Object.values(of).map(({ name, purpose, ipCidrRange }) => ({ name, purpose, ipCidrRange })),
    ),
    projectRoles: project?.policy.bindings,
    account: { description: account?.description, roles: account?.policy.bindings },
    environments: Object.values(apigee?.environments ?? {}).map(({ name, type, state }) => ({
      name,
      type,
      state,
    })),
    instances: Object.values(apigee?.instances ?? {}).map(({ attachments }) =>
      Object.values(attachments).map(({ environment }) => environment),
    ),
    groups: Object.values(apigee?.envgroups ?? {}).map(({ name, hostnames, attachments }) => ({
      name,
      hostnames,
      environments: Object.values(attachments).map(({ environment }) => environment),
    })),
    proxies: Object.keys(apigee?.proxies ?? {}),
    sharedFlows: Object.keys(apigee?.sharedFlows ?? {}),
    products: Object.values(apigee?.products ?? {}).map((product) => ({
      name: product.name,
      operations: product.operations,
      environments: product.environments,
    })),
    apps: Object.values(apigee?.developers ?? {}).flatMap(({ email, apps }) =>
      Object.keys(apps).map((name) => `${email} ${name}`),
    ),
  };
  return inOrder(JSON.parse(withoutAddresses(JSON.stringify(found), gateway.port)));
}

/** Clusters are deleted whole, so only resources outside them can remain. */
function oursIn({ context }: Sandbox): string[] {
  const { projectId } = context.seed;
  const apigee = stateOf<ApigeeState>(context, 'apigee').organizations[projectId];
  const project = stateOf<GoogleState>(context, 'google').projects[projectId];
  const subnetworks = Object.values(project?.compute.subnetworks ?? {}).flatMap((of) =>
    Object.values(of),
  );
  const isGranted = (member: string): boolean => /apigee-apim-gsa/.test(member);
  return [
    ...Object.keys(stateOf<KubernetesState>(context, 'kubernetes').clusters),
    ...Object.keys(apigee?.environments ?? {}),
    ...Object.keys(apigee?.products ?? {}),
    ...Object.values(apigee?.envgroups ?? {}).flatMap(({ hostnames }) => hostnames),
    ...Object.values(apigee?.developers ?? {}).map(({ email }) => email),
    ...subnetworks.filter(({ description }) => description !== '').map(({ name }) => name),
    ...Object.keys(project?.serviceAccounts ?? {}),
    ...(project?.policy.bindings ?? []).flatMap(({ members }) => members).filter(isGranted),
  ];
}

/** Objects that llmgw or helm wrote; the sandbox's controllers add pods with generated names. */
function isMadeByUs({ metadata }: KubeObject): boolean {
  return (metadata.managedFields ?? []).some((entry) => {
    const { manager } = entry as { readonly manager?: string };
    return manager === 'llmgw' || manager === 'helm';
  });
}

function essence(object: KubeObject): unknown {
  const { kind, metadata } = object;
  const { name, namespace, labels } = metadata;
  // A release and the proof's record contain the time of their write.
  const content = kind === 'Secret' || kind === 'ConfigMap' ? undefined : object['spec'];
  return { kind, name, namespace, labels, content };
}

/** Every sandbox has its own addresses. */
function withoutAddresses(text: string, port: number): string {
  return text
    .replaceAll(/127\.\d+\.\d+\.\d+(:\d+)?/g, 'ADDRESS')
    .replaceAll(`"port":${port}`, '"port":"PORT"');
}

/** The order of creation does not matter. */
function inOrder(value: unknown): unknown {
  if (Array.isArray(value)) {
    return value
      .map(inOrder)
      .toSorted((one, other) => (JSON.stringify(one) < JSON.stringify(other) ? -1 : 1));
  }
  if (typeof value !== 'object' || value === null) return value;
  const entries = Object.entries(value).map(([key, of]): [string, unknown] => [key, inOrder(of)]);
  return Object.fromEntries(entries.toSorted(([one], [other]) => (one < other ? -1 : 1)));
}
