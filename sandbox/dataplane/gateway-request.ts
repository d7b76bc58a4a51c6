// One request through a gateway: route, traffic extension, endpoint picker, model server.
import type { IncomingMessage, ServerResponse } from 'node:http';
import { type BackendRef, isPool } from '../controllers/gateway-views.ts';
import { type Answer, plain, sendAnswer } from './answer.ts';
import { backendTimeoutSec, choosePod, objectiveHeader } from './backends.ts';
import { type GatewayDoor, reportUnknown, type Served } from './door.ts';
import { judge, type Judged } from './extension.ts';
import { forward } from './forward.ts';
import { findRoute, type RoutedRequest } from './routing.ts';

/** Limit above which the load balancer itself stops buffering. */
const mostBytes = 64 * 2 ** 20;

export async function serveRequest(
  door: GatewayDoor,
  incoming: IncomingMessage,
  response: ServerResponse,
): Promise<Served> {
  const request = routedRequest(incoming);
  const refuse = (answer: Answer, judged?: Judged): Served => {
    door.trace.refuse(answer);
    sendAnswer(response, answer);
    const { app, seen } = judged ?? {};
    return { verdict: answer.verdict, app, seen, isRefused: judged?.pass === false };
  };
  const bytes = await readBody(incoming);
  door.trace.reach('gateway');
  if (bytes === undefined) return refuse(plain('too_large', 413, 'Payload Too Large'));
  const programmed = door.state.clusters[door.cluster.id];
  const isOurs = (one: { gatewayUid: string }): boolean =>
    one.gatewayUid === door.gateway.metadata.uid;
  const found = findRoute(Object.values(programmed?.routes ?? {}).filter(isOurs), request);
  const ref = found === undefined ? undefined : pickWeighted(found.backendRefs);
  if (found === undefined) return refuse(plain('no_route', 404, 'fault filter abort'));
  if (ref === undefined) return refuse(plain('no_backend', 500, 'fault filter abort'));
  for (const filter of found.filters) reportUnknown(door, `HTTPRoute filter ${filter}`);
  const { namespace } = found.route;
  const body = bytes.toString();
  const { store } = door.cluster;
  const objective = String(request.headers[objectiveHeader] ?? '');
  const choose = () => choosePod(store, { ref, namespace, body, objective, load: door.load });
  const first = choose();
  // The load balancer aborts a request to a missing backend before any extension runs.
  if (!first.ok && first.answer.status === 500) return refuse(first.answer);
  const extension = Object.values(programmed?.extensions ?? {}).find(isOurs);
  const judged = await judge(door, extension, { request, bodyBytes: bytes.length });
  if (!judged.pass) return refuse(judged.answer, judged);
  door.trace.reach('pool');
  const struck = isPool(ref) ? pickerFault(door) : undefined;
  if (struck !== undefined) return refuse(struck, judged);
  const choice = choose();
  if (!choice.ok) return refuse(choice.answer, judged);
  const { app, seen, failsOnAnswer } = judged;
  const timeoutMs = backendTimeoutSec(store, namespace, ref) * 1000;
  const { pod } = choice;
  const ended = await forward(door, { request, body, response, timeoutMs, pod, failsOnAnswer });
  return { verdict: ended ?? judged.verdict, app, seen };
}

function routedRequest(incoming: IncomingMessage): RoutedRequest {
  const { pathname } = new URL(incoming.url ?? '/', 'http://gateway');
  const host = (incoming.headers.host ?? '').replace(/:\d+$/, '').toLowerCase();
  return { method: incoming.method ?? 'GET', path: pathname, host, headers: incoming.headers };
}

/** Body of known length or in chunks; undefined when it exceeds every limit. */
async function readBody(incoming: IncomingMessage): Promise<Buffer | undefined> {
  const chunks: Buffer[] = [];
  let length = 0;
  for await (const chunk of incoming) {
    const bytes = Buffer.from(chunk as Uint8Array);
    length += bytes.length;
    if (length <= mostBytes) chunks.push(bytes);
  }
  return length > mostBytes ? undefined : Buffer.concat(chunks);
}

function pickWeighted(refs: readonly BackendRef[]): BackendRef | undefined {
  const total = refs.reduce((sum, ref) => sum + ref.weight, 0);
  let at = Math.random() * total;
  return refs.find((ref) => (at -= ref.weight) < 0);
}

/** The picker's own answer, when a fault is injected. */
function pickerFault(door: GatewayDoor): Answer | undefined {
  const struck = door.context.faults.strike('dataplane', 'picker');
  if (struck !== undefined) door.trace.strike(`fault at the endpoint picker: ${struck.kind}`);
  return struck?.kind === 'status'
    ? plain('picker_refused', struck.status, struck.body ?? '')
    : undefined;
}
