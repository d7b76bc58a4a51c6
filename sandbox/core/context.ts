// Context of every sandbox service: clock, faults, stored state, and unknown calls.
import type { FastifyInstance } from 'fastify';
import type { Clock } from './clock.ts';
import type { Faults } from './faults.ts';

export interface UnknownCall {
  readonly service: string;
  readonly call: string;
  readonly at: number;
}

export interface SandboxContext {
  readonly clock: Clock;
  readonly faults: Faults;
  /** Project and regions in the sandbox's seeded cloud. */
  readonly seed: Seed;
  /** Calls that no service knows; a test fails when there are any. */
  readonly unknown: UnknownCall[];
  /**
   * The service's state: plain JSON, restored from the state folder if one exists. Mutate it in place, then call
   * `changed()`, which saves it soon and notifies the page.
   */
  state<T extends object>(service: string, initial: () => T): T;
  changed(service: string): void;
  /** Subscribes to every change; returns the unsubscribe function. */
  onChange(listener: (service: string) => void): () => void;
  /** The one HTTP server: services add their routes under their own prefix before it listens. */
  readonly http: FastifyInstance;
  /** Base URL of that server; valid from the start, as the port is reserved first. */
  readonly baseUrl: string;
  /** Folder of this sandbox's files (state, logs, sockets). */
  readonly directory: string;
}

export interface Seed {
  readonly projectId: string;
  readonly projectNumber: string;
  readonly region: string;
  readonly zone: string;
  readonly network: string;
  readonly subnet: string;
  readonly apigeeInstance: string;
}

/** A resource that would cost money if it were real. */
export interface Billable {
  readonly service: string;
  readonly kind: string;
  readonly name: string;
}

export interface SandboxService {
  readonly name: string;
  /** Existing resources, for GET /_sandbox/world. Secrets masked. */
  world(): unknown;
  billable(): readonly Billable[];
  stop(): Promise<void>;
}
