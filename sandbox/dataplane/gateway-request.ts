// One request through a gateway: route, traffic extension, endpoint picker, model server. Nothing passes that was not applied.
import type { IncomingMessage, ServerResponse } from 'node:http';
import { setTimeout as wait } from 'node:timers/promises';
import type { SandboxContext } from '../core/context.ts';
import type { Cluster, KubeObject } from '../kubernetes/cluster.ts';
import { readBackendService } from '../controllers/apigee-operator/views.ts';
import { statusOf } from '../controllers/conditions.ts';
import type { BackendRef, Extension } from '../controllers/gateway-views.ts';
import { kinds } from '../controllers/kinds.ts';
import type { Vllm } from '../vllm/vllm.ts';
import { type Answer, plain, sendAnswer } from './answer.ts';
import type { ApigeeRuntime, SeenCall } from './apigee-runtime.ts';
import { backendTimeoutSec, choosePod } from './backends.ts';
import { matchesCel } from './cel.ts';
import { findRoute, type RoutedRequest } from './routing.ts';
import type { DataplaneState, ProgrammedExtension } from './state.ts';
import type { Trace } from './trace.ts';

export interface GatewayDoor {
  readonly context: SandboxContext;
  readonly state: DataplaneState;
  readonly runtime: ApigeeRuntime;
  readonly vllm: Vllm;
  readonly cluster: Cluster;
  readonly gateway: KubeObject;
  /** Requests that each pod is answering now, by uid. */
  readonly load: Map<string, number>;
  /** Of the one request that is served. */
  readonly trace: Trace;
}

export interface Served {
  readonly verdict: string;
  readonly app: string | undefined;
  /** For Apigee's analytics: absent when Apigee did not see the request. */
  readonly seen?: SeenCall | undefined;
  /** Apigee itself refused it. */
  readonly isRefused?: boolean;
}

export async function serveRequest(
  door: GatewayDoor,
  incoming: IncomingMessage,
  response: ServerResponse<IncomingMessage>,
): Promise<Served> {
  const request = routedRequest(incoming);
  const refuse = (answer: Answer, judged?: Judged): Served => {
    door.trace.refuse(answer);
    sendAnswer(response, answer);
    const { app, seen } = judged ?? {};
    return { verdict: answer.verdict, app, seen, isRefused: judged?.pass === false };
  };
  const body = await readBody(incoming);
  door.trace.reach('gateway');
  const programmed = door.state.clusters[door.cluster.id];
  const isOurs = (one: { gatewayUid: string }): boolean =>
    one.gatewayUid === door.gateway.metadata.uid;
  const found = findRoute(Object.values(programmed?.routes ?? {}).filter(isOurs), request);
  const ref = found === undefined ? undefined : pickWeighted(found.backendRefs);
  if (found === undefined) return refuse(plain('no_route', 404, 'fault filter abort'));
  if (ref === undefined) return refuse(plain('no_backend', 500, 'fault filter abort'));
  for (const filter of found.filters) reportUnknown(door, `HTTPRoute filter ${filter}`);
  const { namespace } = found.route;
  const choose = () => choosePod(door.cluster.store, { ref, namespace, body, load: door.load });
  const first = choose();
  // The load balancer aborts a request to a backend it does not have before any extension sees it.
  if (!first.ok && first.answer.status === 500) return refuse(first.answer);
  const extension = Object.values(programmed?.extensions ?? {}).find(isOurs);
  const judged = await judge(door, extension, request);
  if (!judged.pass) return refuse(judged.answer, judged);
  door.trace.reach('pool');
  const choice = choose();
  if (!choice.ok) return refuse(choice.answer, judged);
  const timeoutMs = backendTimeoutSec(door.cluster.store, namespace, ref) * 1000;
  const isTimedOut = await forward(door, { request, body, response, timeoutMs, pod: choice.pod });
  const { app, seen } = judged;
  return { verdict: isTimedOut ? 'timed_out' : judged.verdict, app, seen };
}

function routedRequest(incoming: IncomingMessage): RoutedRequest {
  const { pathname } = new URL(incoming.url ?? '/', 'http://gateway');
  const host = (incoming.headers.host ?? '').replace(/:\d+$/, '').toLowerCase();
  return { method: incoming.method ?? 'GET', path: pathname, host, headers: incoming.headers };
}

async function readBody(incoming: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of incoming) chunks.push(Buffer.from(chunk as Uint8Array));
  return Buffer.concat(chunks).toString();
}

function pickWeighted(refs: readonly BackendRef[]): BackendRef | undefined {
  const total = refs.reduce((sum, ref) => sum + ref.weight, 0);
  let at = Math.random() * total;
  return refs.find((ref) => (at -= ref.weight) < 0);
}

type Judged = Pick<Served, 'app' | 'seen'> &
  (
    | { readonly pass: true; readonly verdict: 'open' | 'allowed' }
    | { readonly pass: false; readonly answer: Answer }
  );

async function judge(
  door: GatewayDoor,
  programmed: ProgrammedExtension | undefined,
  request: RoutedRequest,
): Promise<Judged> {
  let judged: Judged = { pass: true, verdict: 'open', app: undefined };
  for (const extension of chainFor(door, programmed, request)) {
    door.trace.reach('extension');
    const verdict = await callOut(door, programmed?.namespace ?? 'default', extension, request);
    if (verdict !== 'failed') judged = verdict;
    else if (extension.failOpen) door.trace.ignore('failed, and is told to let requests through');
    else return { pass: false, app: undefined, answer: plain('extension_failed', 500, '') };
    if (!judged.pass) return judged;
  }
  return judged;
}

/** The extensions of the first chain whose conditions match. */
function chainFor(
  door: GatewayDoor,
  programmed: ProgrammedExtension | undefined,
  request: RoutedRequest,
): readonly Extension[] {
  const chain = programmed?.spec.extensionChains.find(({ matchCondition }) => {
    const results = matchCondition.celExpressions.map(({ celMatcher }) => {
      const result = matchesCel(celMatcher, request);
      if (result === undefined) reportUnknown(door, `CEL ${celMatcher}`);
      return result ?? false;
    });
    return results.length === 0 || results.includes(true);
  });
  return chain?.extensions ?? [];
}

async function callOut(
  door: GatewayDoor,
  namespace: string,
  extension: Extension,
  request: RoutedRequest,
): Promise<Judged | 'failed'> {
  const struck = door.context.faults.strike('dataplane', 'extension');
  if (struck !== undefined) door.trace.strike(`fault at the extension: ${struck.kind}`);
  const timeoutMs =
    Number.parseFloat(extension.timeout) * (extension.timeout.endsWith('ms') ? 1 : 1000);
  if (struck?.kind === 'delay') await wait(Math.min(struck.ms, timeoutMs));
  if (struck !== undefined && (struck.kind !== 'delay' || struck.ms > timeoutMs)) return 'failed';
  const ref = extension.backendRef;
  if (ref?.kind !== 'ApigeeBackendService') {
    reportUnknown(
      door,
      `extension ${ref?.kind ?? extension.googleAPIServiceName ?? extension.name}`,
    );
    return 'failed';
  }
  const { store } = door.cluster;
  const named = (kind: { group: string; kind: string }): KubeObject | undefined =>
    store.serves(kind.group, kind.kind)
      ? store.get({ ...kind, namespace, name: ref.name })
      : undefined;
  const { group } = kinds.backendService;
  const backend = named({ group, kind: kinds.backendService.kind });
  const policy = named({ group, kind: kinds.extensionPolicy.kind });
  // Without its backing policy there is no endpoint group that leads to Apigee any more.
  if (backend === undefined || statusOf(policy)['state'] !== 'RUNNING') return 'failed';
  const { apigeeEnv = '', defaultSecurityEnabled } = readBackendService(backend);
  door.trace.reach('apigee');
  const verdict = door.runtime.judge(
    { proxy: ref.name, environment: apigeeEnv, defaultSecurityEnabled },
    request,
  );
  return verdict.pass ? { ...verdict, verdict: 'allowed' } : verdict;
}

interface Forwarded {
  readonly request: RoutedRequest;
  readonly body: string;
  readonly response: ServerResponse<IncomingMessage>;
  readonly timeoutMs: number;
  readonly pod: { readonly uid: string; readonly model: Parameters<Vllm['serve']>[2] };
}

/** @returns whether the load balancer gave up before the model server was done. */
async function forward(door: GatewayDoor, forwarded: Forwarded): Promise<boolean> {
  const { request, body, response, timeoutMs, pod } = forwarded;
  let isTimedOut = false;
  const timer = setTimeout(() => {
    isTimedOut = true;
    const answer = plain('timed_out', 504, 'upstream request timeout');
    door.trace.refuse(answer);
    if (response.headersSent) response.destroy();
    else sendAnswer(response, answer);
  }, timeoutMs);
  door.trace.reach('model');
  door.load.set(pod.uid, (door.load.get(pod.uid) ?? 0) + 1);
  try {
    await door.vllm.serve(
      { method: request.method, path: request.path, body },
      response,
      pod.model,
    );
  } finally {
    clearTimeout(timer);
    door.load.set(pod.uid, (door.load.get(pod.uid) ?? 1) - 1);
  }
  return isTimedOut;
}

function reportUnknown(door: GatewayDoor, call: string): void {
  door.context.unknown.push({ service: 'dataplane', call, at: door.context.clock.now() });
}
