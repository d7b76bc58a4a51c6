// The API server of one cluster: TLS, bearer tokens, the switchboard's faults.
import { createServer, type Server } from 'node:https';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { SandboxContext } from '../core/context.ts';
import type { Identity } from '../google/identity.ts';
import type { ClusterState } from './cluster-state.ts';
import type { Objects } from './objects.ts';
import type { Resources } from './resources.ts';
import { noSuchPath, StatusError } from './status-error.ts';
import type { Writes } from './writes.ts';

export interface ApiParts {
  readonly ctx: SandboxContext;
  readonly identity: Identity;
  readonly state: ClusterState;
  readonly resources: Resources;
  readonly objects: Objects;
  readonly writes: Writes;
}

export interface ApiServer {
  /** `127.0.0.1:PORT`. */
  readonly endpoint: string;
  stop(): Promise<void>;
}

export async function startApiServer(parts: ApiParts): Promise<ApiServer> {
  const server = createServer(parts.state.certificate, (request, response) => {
    void answer(parts, request, response);
  });
  await listen(server);
  const { port } = server.address() as AddressInfo;
  return {
    endpoint: `127.0.0.1:${port}`,
    stop: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

const listen = (server: Server): Promise<void> =>
  new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(0, '127.0.0.1', resolve);
  });

async function answer(
  parts: ApiParts,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  await Promise.resolve();
  const error = parts.identity.isValidToken(request.headers.authorization)
    ? noSuchPath()
    : new StatusError(401, 'Unauthorized', 'Unauthorized');
  response.writeHead(error.code, { 'content-type': 'application/json' });
  response.end(JSON.stringify(error.body()));
}
