// HTTP servers of the gateways: one for each address and port of a Gateway.
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { setTimeout as wait } from 'node:timers/promises';
import { countCall } from '../apigee/analytics.ts';
import type { SandboxContext } from '../core/context.ts';
import { admitLocalOnly } from '../core/local-access.ts';
import type { KubeObject } from '../kubernetes/cluster.ts';
import { isTrue } from '../controllers/conditions.ts';
import { addressOf } from '../controllers/gateways.ts';
import { readGateway } from '../controllers/gateway-views.ts';
import { kinds } from '../controllers/kinds.ts';
import type { Controller, Pass } from '../controllers/loop.ts';
import type { GatewayDoor, Served } from './door.ts';
import { serveRequest } from './gateway-request.ts';
import { record } from './state.ts';
import type { Trace, Traces } from './trace.ts';
import { truncateAnswer } from '../core/truncate.ts';

export interface DoorParts extends Omit<GatewayDoor, 'cluster' | 'gateway' | 'trace'> {
  readonly traces: Traces;
  /** Host names of a gateway, besides its address. */
  readonly hostnames: (gateway: KubeObject) => readonly string[];
}

export interface Listeners {
  readonly controller: Controller;
  addresses(): string[];
  stop(): Promise<void>;
}

/** Opens and closes the servers of one cluster's gateways. */
export function createListeners(parts: DoorParts): Listeners {
  const servers = new Map<string, Server>();
  let isStopped = false;
  const close = async (key: string): Promise<void> => {
    const server = servers.get(key);
    servers.delete(key);
    server?.closeAllConnections();
    await new Promise((resolve) =>
      server === undefined ? resolve(undefined) : server.close(resolve),
    );
  };
  return {
    controller: {
      name: 'listeners',
      watches: [kinds.gateway],
      reconcile: async (pass) => {
        const wanted = wantedListeners(pass);
        for (const key of servers.keys()) if (!wanted.has(key)) await close(key);
        for (const [key, gateway] of wanted) {
          if (servers.has(key) || isStopped) continue;
          const server = createServer((incoming, response) => {
            void serve({ ...parts, cluster: pass.cluster, gateway }, incoming, response);
          });
          admitLocalOnly(server, { names: () => parts.hostnames(gateway) });
          if (await listen(server, key)) servers.set(key, server);
          else pass.again(10_000);
        }
      },
    },
    addresses: () => [...servers.keys()],
    stop: async () => {
      isStopped = true;
      await Promise.all([...servers.keys()].map(close));
    },
  };
}

/** `address:port` -> gateway. */
function wantedListeners(pass: Pass): Map<string, KubeObject> {
  const wanted = new Map<string, KubeObject>();
  for (const gateway of pass.list(kinds.gateway)) {
    const address = addressOf(gateway);
    if (address === undefined) continue;
    if (!isTrue(gateway['status'], 'Accepted')) continue;
    for (const { port } of readGateway(gateway).listeners)
      wanted.set(`${address}:${port}`, gateway);
  }
  return wanted;
}

function listen(server: Server, key: string): Promise<boolean> {
  const [host = '', port = '0'] = key.split(':');
  return new Promise((resolve) => {
    server.once('error', (error) => {
      console.error(
        `sandbox: the gateway cannot listen on ${key} and will try again:`,
        error.message,
      );
      resolve(false);
    });
    server.listen({ host, port: Number(port), exclusive: true }, () => resolve(true));
  });
}

async function serve(
  parts: DoorParts & Pick<GatewayDoor, 'cluster' | 'gateway'>,
  incoming: IncomingMessage,
  response: ServerResponse<IncomingMessage>,
): Promise<void> {
  const { context } = parts;
  const { namespace = 'default', name } = parts.gateway.metadata;
  const gateway = `${namespace}/${name}`;
  const at = context.clock.now();
  const method = incoming.method ?? 'GET';
  const path = (incoming.url ?? '/').split('?')[0] ?? '/';
  const trace = parts.traces.begin(incoming, { gateway, at });
  response.setHeader('via', '1.1 google');
  const called: Called = { context, operation: `${method} ${path}`, incoming, response, trace };
  const served = await struck(called, () => serveRequest({ ...parts, trace }, incoming, response));
  const status = response.headersSent ? response.statusCode : 0;
  const ms = context.clock.now() - at;
  trace.end({ verdict: served.verdict, status, ms, app: served.app });
  record(context, parts.state, {
    at,
    gateway,
    method,
    path,
    ...(served.app === undefined ? {} : { app: served.app }),
    verdict: served.verdict,
    status,
    ms,
  });
  analyse(context, served, { at, status, ms });
}

function analyse(
  context: SandboxContext,
  { seen, isRefused = false }: Served,
  ended: { readonly at: number; readonly status: number; readonly ms: number },
): void {
  if (seen === undefined) return;
  const { at, status, ms } = ended;
  const failed = isRefused ? 'policy' : 'target';
  countCall(context, {
    ...seen,
    dimensions: { ...seen.dimensions, response_status_code: String(status) },
    at,
    responseMs: ms,
    error: isRefused || status === 0 || status >= 400 ? failed : undefined,
  });
}

interface Called {
  readonly context: SandboxContext;
  readonly operation: string;
  readonly incoming: IncomingMessage;
  readonly response: ServerResponse<IncomingMessage>;
  readonly trace: Trace;
}

async function struck(called: Called, work: () => Promise<Served>): Promise<Served> {
  const { context, operation, incoming, response, trace } = called;
  const action = context.faults.strike('dataplane', operation);
  if (action !== undefined) {
    trace.reach('gateway');
    trace.strike(`fault at the gateway: ${action.kind}`);
  }
  const fault: Served = { verdict: 'fault', app: undefined };
  try {
    if (action?.kind === 'delay') await wait(action.ms);
    if (action?.kind === 'reset') incoming.socket.resetAndDestroy();
    if (action?.kind === 'reset') return fault;
    if (action?.kind === 'status') {
      const type = action.body?.startsWith('{') ? 'application/json' : 'text/plain';
      response.writeHead(action.status, { 'content-type': type, ...action.headers });
      response.end(action.body ?? '');
      return fault;
    }
    if (action?.kind === 'truncate') truncateAnswer(response);
    if (action?.kind === 'cut') response.end = cutInstead(response);
    return await work();
  } catch (error) {
    if (!incoming.destroyed) console.error('sandbox: a gateway request failed:', error);
    response.destroy();
    return { verdict: 'broken', app: undefined };
  }
}

/** All of the work is done, and the connection closes instead of the end of the answer. */
const cutInstead = (response: ServerResponse): ServerResponse['end'] =>
  (() => {
    response.destroy();
    return response;
  }) as ServerResponse['end'];
