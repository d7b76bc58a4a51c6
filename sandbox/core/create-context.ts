// Creation of a sandbox's context: HTTP server, state folder, clock and faults.
import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import fastify, { type FastifyInstance } from 'fastify';
import { createClock } from './clock.ts';
import type { SandboxContext, Seed } from './context.ts';
import { createFaults } from './faults.ts';
import { admitLocalOnly, requireJsonForControl } from './local-access.ts';

export interface ContextOptions {
  /** 0 for any free port. */
  readonly port: number;
  readonly speed: number;
  readonly directory: string;
  readonly seed?: Partial<Seed>;
}

export interface OpenContext {
  readonly context: SandboxContext;
  /** Call once every service has added its routes. */
  open(): Promise<void>;
  close(): Promise<void>;
}

const defaultSeed: Seed = {
  projectId: 'llm-demo',
  projectNumber: '424242424242',
  region: 'us-central1',
  zone: 'us-central1-a',
  network: 'default',
  subnet: 'default',
  apigeeInstance: 'instance-us-central1',
};

/** @throws Error when the port is taken. */
export async function createContext(options: ContextOptions): Promise<OpenContext> {
  const server = createServer();
  admitLocalOnly(server);
  await listen(server, options.port);
  const { port } = server.address() as AddressInfo;
  // The server listens before the routes are known, so that its port can be handed out without a race; early requests wait.
  const opening = Promise.withResolvers<void>();
  const http = fastify({
    serverFactory: (handler) =>
      server.on('request', (request, response) => {
        void opening.promise.then(() => handler(request, response));
      }),
    bodyLimit: 20_000_000,
    forceCloseConnections: true,
    routerOptions: { maxParamLength: 2_000 },
  });
  requireJsonForControl(http);
  const states = createStates(join(options.directory, 'world'));
  const context: SandboxContext = {
    clock: createClock(options.speed),
    faults: createFaults(),
    seed: { ...defaultSeed, ...options.seed },
    unknown: [],
    state: states.state,
    changed: states.changed,
    onChange: states.onChange,
    http,
    baseUrl: `http://127.0.0.1:${port}`,
    directory: options.directory,
  };
  return {
    context,
    open: async () => {
      await http.ready();
      opening.resolve();
    },
    close: async () => {
      states.flush();
      await closeHttp(http, server);
    },
  };
}

function listen(server: ReturnType<typeof createServer>, port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) => {
      const taken = error.code === 'EADDRINUSE';
      reject(
        taken
          ? new Error(`Port ${port} is taken, perhaps by another sandbox. Choose one: --port N`)
          : error,
      );
    });
    server.listen(port, '127.0.0.1', resolve);
  });
}

async function closeHttp(
  http: FastifyInstance,
  server: ReturnType<typeof createServer>,
): Promise<void> {
  server.closeAllConnections();
  await http.close();
  if (server.listening) await new Promise((resolve) => server.close(resolve));
}

function createStates(folder: string) {
  const states = new Map<string, object>();
  const dirty = new Set<string>();
  const listeners = new Set<(service: string) => void>();
  let timer: NodeJS.Timeout | undefined;
  let lastTookMs = 0;
  const flush = (): void => {
    clearTimeout(timer);
    timer = undefined;
    const from = performance.now();
    for (const service of dirty) save(folder, service, states.get(service));
    dirty.clear();
    lastTookMs = performance.now() - from;
  };
  return {
    flush,
    state: <T extends object>(service: string, initial: () => T): T => {
      const known = states.get(service) ?? load(folder, service) ?? initial();
      states.set(service, known);
      return known as T;
    },
    changed: (service: string): void => {
      if (states.has(service)) dirty.add(service);
      // Saves of a large, constantly changing state take at most a tenth of the time.
      timer ??= setTimeout(flush, Math.max(100, 9 * lastTookMs));
      for (const listener of listeners) listener(service);
    },
    onChange: (listener: (service: string) => void) => {
      listeners.add(listener);
      return () => void listeners.delete(listener);
    },
  };
}

/** @throws Error for a name that could leave the folder. */
function fileOf(folder: string, service: string): string {
  if (!/^[a-z]+(-[a-z]+)*$/.test(service)) throw new Error(`No service is called ${service}`);
  return join(folder, `${service}.json`);
}

function load(folder: string, service: string): object | undefined {
  const file = fileOf(folder, service);
  return existsSync(file) ? (JSON.parse(readFileSync(file, 'utf8')) as object) : undefined;
}

function save(folder: string, service: string, state: object | undefined): void {
  mkdirSync(folder, { recursive: true });
  const file = fileOf(folder, service);
  // Written to a temporary file and renamed, so that a crash leaves either the old or the new state.
  writeFileSync(`${file}.new`, JSON.stringify(state));
  renameSync(`${file}.new`, file);
}
