// Injection of faults at a service's edge: fastify hooks, and a gRPC wrapper.
import { setTimeout as wait } from 'node:timers/promises';
import { type sendUnaryData, status as grpcStatus } from '@grpc/grpc-js';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import type { FaultAction, FaultRule, Faults } from './faults.ts';
import { truncateAnswer } from './truncate.ts';

export interface HttpStrikes {
  readonly service: FaultRule['service'];
  /** The service's own name of the call, matched against the rule; undefined excludes the call. */
  readonly operation: (request: FastifyRequest) => string | undefined;
}

/**
 * Injects the switchboard's faults into every route of this scope. Register it in a scope of its own
 * (`ctx.http.register(async (scope) => { addStrikes(scope, …); … })`), or it affects other services.
 * A hijacked reply (stream, upgrade) gets faults only before its work: `cut` needs a sent reply.
 */
export function addStrikes(scope: FastifyInstance, faults: Faults, strikes: HttpStrikes): void {
  const cut = new WeakSet<FastifyRequest>();
  scope.addHook('preHandler', async (request, reply) => {
    const operation = strikes.operation(request);
    const action = operation === undefined ? undefined : faults.strike(strikes.service, operation);
    if (action?.kind === 'delay') await wait(action.ms);
    if (action?.kind === 'cut') cut.add(request);
    if (action?.kind === 'truncate') truncateAnswer(reply.raw);
    if (action?.kind === 'reset') {
      reply.hijack();
      reply.raw.socket?.resetAndDestroy();
    }
    if (action?.kind === 'status') {
      if (action.body !== undefined && action.body.startsWith('{')) reply.type('application/json');
      return reply
        .code(action.status)
        .headers(action.headers)
        .send(action.body ?? '');
    }
    return undefined;
  });
  scope.addHook('onSend', async (request, reply, payload) => {
    if (cut.has(request)) reply.raw.socket?.destroy();
    return payload;
  });
}

export interface UnaryStrike<Response> {
  /** The action for this call, from `faults.strike`. */
  readonly action: FaultAction | undefined;
  readonly callback: sendUnaryData<Response>;
  /** Closes the server's connections: gRPC cannot close those of a single call. */
  readonly dropConnections: () => void;
  readonly work: (callback: sendUnaryData<Response>) => void;
}

/** Runs one unary gRPC call with an injected fault. */
export async function strikeUnary<Response>(strike: UnaryStrike<Response>): Promise<void> {
  const { action, callback, dropConnections, work } = strike;
  switch (action?.kind) {
    case undefined:
    case 'ending':
      return work(callback);
    case 'delay':
      await wait(action.ms);
      return work(callback);
    case 'status':
      return callback({ code: toGrpcStatus(action.status), details: action.body ?? '' });
    case 'reset':
      return dropConnections();
    case 'cut':
    case 'truncate':
      return work(() => dropConnections());
  }
}

const grpcByHttp: Readonly<Record<number, grpcStatus>> = {
  400: grpcStatus.INVALID_ARGUMENT,
  401: grpcStatus.UNAUTHENTICATED,
  403: grpcStatus.PERMISSION_DENIED,
  404: grpcStatus.NOT_FOUND,
  409: grpcStatus.ALREADY_EXISTS,
  412: grpcStatus.FAILED_PRECONDITION,
  429: grpcStatus.RESOURCE_EXHAUSTED,
  499: grpcStatus.CANCELLED,
  500: grpcStatus.INTERNAL,
  501: grpcStatus.UNIMPLEMENTED,
  503: grpcStatus.UNAVAILABLE,
  504: grpcStatus.DEADLINE_EXCEEDED,
};

/** The gRPC status of Google's front end for an HTTP status. */
export function toGrpcStatus(http: number): grpcStatus {
  return grpcByHttp[http] ?? grpcStatus.UNKNOWN;
}
