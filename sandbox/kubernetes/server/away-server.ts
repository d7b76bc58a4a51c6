// Behaviours of an API server's address while the server is away.
import { createSecureServer } from 'node:http2';
import { createServer as createHttps } from 'node:https';
import { type AddressInfo, type Server, type Socket, createServer } from 'node:net';
import { createServer as createTls } from 'node:tls';
import type { Certificate } from './certificate.ts';

/**
 * `refused`: nothing listens. `silent`: connections are accepted and never answered. `reset`: they end.
 * `garbage`: the answer is not TLS. `malformed`: in TLS, it is not HTTP. `page`: a proxy answers 502 with an HTML page.
 * `goaway`: HTTP/2 sessions end with GOAWAY.
 */
export const awayKinds = [
  'refused',
  'silent',
  'reset',
  'garbage',
  'malformed',
  'page',
  'goaway',
] as const;
export type AwayKind = (typeof awayKinds)[number];

export interface AwayServer {
  readonly port: number;
  stop(): Promise<void>;
}

const page =
  '<html><head><title>502 Bad Gateway</title></head><body><center><h1>502 Bad Gateway</h1></center></body></html>\r\n';

/** @param port 0 for any free one. */
export async function startAway(
  kind: Exclude<AwayKind, 'refused'>,
  port: number,
  certificate: Certificate,
): Promise<AwayServer> {
  const server = serverOf(kind, certificate);
  const sockets = new Set<Socket>();
  server.on('connection', (socket: Socket) => {
    sockets.add(socket);
    // Clients may reset after an invalid answer.
    socket.on('error', () => undefined);
    socket.once('close', () => sockets.delete(socket));
  });
  server.on('tlsClientError', () => undefined);
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, '127.0.0.1', resolve);
  });
  return {
    port: (server.address() as AddressInfo).port,
    stop: async () => {
      const closed = new Promise((resolve) => server.close(resolve));
      for (const socket of sockets) socket.destroy();
      await closed;
    },
  };
}

function serverOf(kind: Exclude<AwayKind, 'refused'>, certificate: Certificate): Server {
  switch (kind) {
    case 'silent':
      return createServer((socket) => socket.resume());
    case 'reset':
      return createServer((socket) => socket.once('data', () => socket.resetAndDestroy()));
    case 'garbage':
      return createServer((socket) => socket.once('data', () => socket.end('220 ready\r\n')));
    case 'malformed':
      return createTls({ ...certificate, ALPNProtocols: ['http/1.1'] }, (socket) => {
        socket.on('error', () => undefined);
        socket.once('data', () => socket.end('220 ready\r\n'));
      });
    case 'page':
      return createHttps(certificate, (_request, response) => {
        response.writeHead(502, { 'content-type': 'text/html' }).end(page);
      });
    case 'goaway': {
      const server = createSecureServer(certificate);
      server.on('stream', (stream) => {
        stream.on('error', () => undefined);
        stream.session?.goaway();
        stream.session?.destroy();
      });
      server.on('sessionError', () => undefined);
      return server;
    }
  }
}
