// GKE over gRPC: google.container.v1.ClusterManager on a port of its own.
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import {
  Server,
  ServerCredentials,
  type ServiceDefinition,
  type handleUnaryCall,
  status,
} from '@grpc/grpc-js';
import { fromJSON } from '@grpc/proto-loader';
import type { INamespace } from 'protobufjs';
import type { SandboxContext, SandboxService } from '../core/context.ts';
import { strikeUnary } from '../core/strike.ts';
import { admitLocalCalls } from './local-calls.ts';
import { createTimers } from '../core/timers.ts';
import { ApiError, billingDisabled, unauthenticated } from '../google/api-error.ts';
import type { Call } from '../google/consumer.ts';
import type { Identity } from '../google/identity.ts';
import { createLifecycle, type Lifecycle, type LifecycleDeps } from './lifecycle.ts';
import { createMethods, type GkeMethod } from './methods.ts';
import type { Request } from './place.ts';
import { Refusal, toRefusal } from './refusal.ts';
import type { GkeState } from './state.ts';

export interface Gke extends SandboxService {
  /** `http://127.0.0.1:PORT`, plain HTTP/2. */
  readonly url: string;
  readonly state: GkeState;
  readonly upgrades: Pick<Lifecycle, 'startUpgrades' | 'endUpgrades'>;
  /** Names of the imitated methods. */
  readonly methods: readonly string[];
}

export interface GkeDeps extends LifecycleDeps {
  readonly identity: Identity;
}

/** Serves once the API servers of the stored clusters are up again. */
export async function createGke(ctx: SandboxContext, deps: GkeDeps): Promise<Gke> {
  const state = ctx.state<GkeState>('gke', () => ({ clusters: {}, operations: {} }));
  const timers = createTimers(ctx.clock);
  const lifecycle = createLifecycle(ctx, state, timers, deps);
  const methods = createMethods({ state, clock: ctx.clock, compute: deps.compute, lifecycle });
  const service = loadService();
  const server = new Server({ interceptors: [admitLocalCalls] });
  let address = '';
  const dropConnections = (): void => server.drain(address, 0);
  const serve = (name: string): handleUnaryCall<Request, object> => {
    const method = methods[name];
    return (call, callback) => {
      const action = ctx.faults.strike('gke', name);
      const work = (answer: typeof callback): void => {
        try {
          if (method === undefined) throw unimplemented(ctx, name);
          const [authorization] = call.metadata.get('authorization');
          const [quotaProject] = call.metadata.get('x-goog-user-project');
          const caller = {
            authorization: String(authorization ?? ''),
            quotaProject: quotaProject === undefined ? undefined : String(quotaProject),
          };
          authorize(deps.identity, caller, method, call.request);
          answer(null, method.answer(call.request));
        } catch (error) {
          if (error instanceof ApiError) answer(asServiceError(toRefusal(error)));
          else if (error instanceof Refusal) answer(asServiceError(error));
          else throw error;
        }
      };
      void strikeUnary({ action, callback, dropConnections, work });
    };
  };
  server.addService(
    service,
    Object.fromEntries(Object.keys(service).map((name) => [name, serve(name)])),
  );
  await lifecycle.resume();
  address = `127.0.0.1:${await listen(server)}`;
  return {
    name: 'gke',
    url: `http://${address}`,
    state,
    upgrades: lifecycle,
    methods: Object.keys(methods),
    world: () => state,
    billable: () =>
      Object.keys(state.clusters).map((name) => ({ service: 'gke', kind: 'Cluster', name })),
    stop: async () => {
      timers.stop();
      server.forceShutdown();
    },
  };
}

function loadService(): ServiceDefinition {
  const file = createRequire(import.meta.url).resolve(
    '@google-cloud/container/build/protos/protos.json',
  );
  const loaded = fromJSON(JSON.parse(readFileSync(file, 'utf8')) as INamespace, {
    keepCase: false,
    longs: String,
    enums: String,
    defaults: true,
    oneofs: true,
  });
  return loaded['google.container.v1.ClusterManager'] as ServiceDefinition;
}

function listen(server: Server): Promise<number> {
  return new Promise((resolve, reject) => {
    server.bindAsync('127.0.0.1:0', ServerCredentials.createInsecure(), (error, port) => {
      if (error === null) resolve(port);
      else reject(error);
    });
  });
}

const api = 'container.googleapis.com';

function authorize(
  identity: Identity,
  caller: Omit<Call, 'projectId'>,
  method: GkeMethod,
  request: Request,
): void {
  if (!identity.isValidToken(caller.authorization)) throw unauthenticated();
  const { projectId } = method.place(request);
  const number = identity.projectNumber(projectId);
  const mayUse = identity.hasPermission(method.permission);
  if (number === undefined || !mayUse) {
    throw new Refusal(
      status.PERMISSION_DENIED,
      `Required "${method.permission}" permission(s) for "projects/${projectId}".`,
    );
  }
  const consumed = { host: api, title: 'Kubernetes Engine API' };
  const refused = identity.refusedConsumer(consumed, { ...caller, projectId });
  if (refused !== undefined) throw refused;
  if (!identity.isBilled(projectId)) throw billingDisabled(number);
}

function unimplemented(ctx: SandboxContext, name: string): Refusal {
  ctx.unknown.push({ service: 'gke', call: `ClusterManager.${name}`, at: ctx.clock.now() });
  return new Refusal(
    status.UNIMPLEMENTED,
    `The server does not implement the method /google.container.v1.ClusterManager/${name}`,
  );
}

function asServiceError({ code, message, metadata }: Refusal) {
  return { code, details: message, metadata };
}
