// A sandbox cluster without controllers for a test file: API server, store and client.
import { mkdtempSync, rmSync } from 'node:fs';
import { request } from 'node:https';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { SandboxContext, SandboxService } from '../../core/context.ts';
import { createContext } from '../../core/create-context.ts';
import type { Cluster, ClusterSpec, Kubernetes } from '../../kubernetes/cluster.ts';
import { createKubernetes } from '../../kubernetes/kubernetes.ts';

export const token = 'a-token-of-the-test';

/** Permissions that the caller with `token` does not have. */
export const deniedPermissions: string[] = [];
export const callerEmail = 'llmgw@llm-demo.iam.gserviceaccount.com';

/** The parts of Google's identity that an API server uses. */
const identity = {
  callerEmail: (): string => callerEmail,
  hasPermission: (permission: string): boolean => !deniedPermissions.includes(permission),
  isValidToken: (authorization: string | undefined): boolean => authorization === `Bearer ${token}`,
};

export const spec: ClusterSpec = {
  projectId: 'llm-demo',
  location: 'us-central1-a',
  name: 'infgw-cluster',
  version: '1.34.1-gke.3899000',
  network: 'default',
  subnetwork: 'default',
  nodes: { count: 3, machineType: 'c2-standard-16' },
  workloadPool: undefined,
  gatewayApi: true,
};

/** The response fields that tests read, of any kind: an object, a list, a table, a Status. */
export interface Body {
  readonly metadata: {
    readonly name: string;
    readonly uid: string;
    readonly resourceVersion: string;
    readonly deletionTimestamp?: string;
    readonly ownerReferences?: readonly unknown[];
    readonly annotations?: Readonly<Record<string, string>>;
    readonly generation: number;
    readonly continue: string;
    readonly remainingItemCount: number;
  };
  readonly spec: { readonly ports?: unknown };
  readonly status: { readonly conditions: unknown };
  readonly message: string;
  readonly details: { readonly causes: unknown };
  readonly extra?: unknown;
  readonly items: readonly { readonly metadata: { readonly name: string } }[];
  readonly resources: readonly { readonly name: string }[];
  readonly columnDefinitions: readonly { readonly name: string }[];
  readonly rows: readonly { readonly cells: readonly unknown[] }[];
}

export interface Reply {
  readonly status: number;
  readonly headers: NodeJS.Dict<string | string[]>;
  readonly text: string;
  /** The text as JSON. */
  readonly body: Body;
}

export interface CallOptions {
  readonly body?: unknown;
  /** Content type; default: JSON. */
  readonly type?: string;
  readonly accept?: string;
  /** Undefined: the valid token; null: none. */
  readonly authorization?: string | null;
  /** The impersonated user. */
  readonly as?: string;
}

export interface OpenCluster {
  readonly context: SandboxContext;
  readonly kubernetes: Kubernetes & SandboxService;
  readonly cluster: Cluster;
  call(method: string, path: string, options?: CallOptions): Promise<Reply>;
  /** Server-side apply, as `manager`, of an object with its own name. */
  apply(manager: string, path: string, body: unknown, query?: string): Promise<Reply>;
  /** Reads a watch until `until` accepts the events; returns them. */
  watch(
    path: string,
    until: (events: WatchEvent[]) => boolean,
    begun?: () => void,
  ): Promise<WatchEvent[]>;
  /** Stops the cluster; keeps the state if a directory was given. */
  end(): Promise<void>;
}

export interface WatchEvent {
  readonly type: string;
  readonly object: Body;
}

export async function openCluster(
  options: { directory?: string; speed?: number } = {},
): Promise<OpenCluster> {
  const directory = options.directory ?? mkdtempSync(join(tmpdir(), 'llmgw-kubernetes-'));
  const opened = await createContext({ port: 0, speed: options.speed ?? 1_000, directory });
  const kubernetes = createKubernetes(opened.context, identity);
  await opened.open();
  const cluster = await kubernetes.create(spec);
  const call = (method: string, path: string, how: CallOptions = {}): Promise<Reply> =>
    send(cluster, method, path, how);
  return {
    context: opened.context,
    kubernetes,
    cluster,
    call,
    apply: (manager, path, body, query = '') =>
      call('PATCH', `${path}?fieldManager=${manager}${query}`, {
        body,
        type: 'application/apply-patch+yaml',
      }),
    watch: (path, until, begun) => watch(cluster, path, until, begun),
    end: async () => {
      await kubernetes.stop();
      await opened.close();
      if (options.directory === undefined) rmSync(directory, { recursive: true, force: true });
    },
  };
}

function connection(cluster: Cluster, path: string) {
  const [host = '', port = ''] = cluster.endpoint.split(':');
  return { host, port, path, ca: Buffer.from(cluster.caCertificate, 'base64').toString() };
}

function send(cluster: Cluster, method: string, path: string, how: CallOptions): Promise<Reply> {
  const { body } = how;
  const sent: string | undefined = typeof body === 'string' ? body : JSON.stringify(body);
  const authorization = how.authorization === undefined ? `Bearer ${token}` : how.authorization;
  return new Promise((resolve, reject) => {
    const outgoing = request(
      {
        ...connection(cluster, path),
        method,
        headers: {
          accept: how.accept ?? 'application/json',
          'user-agent': 'test/1.0',
          ...(authorization === null ? {} : { authorization }),
          ...(how.as === undefined ? {} : { 'impersonate-user': how.as }),
          ...(sent === undefined
            ? {}
            : {
                'content-type': how.type ?? 'application/json',
                'content-length': Buffer.byteLength(sent),
              }),
        },
      },
      (response) => {
        let text = '';
        response.setEncoding('utf8');
        response.on('data', (chunk: string) => (text += chunk));
        response.on('error', reject);
        response.on('end', () => {
          const { statusCode: status = 0, headers } = response;
          resolve({
            status,
            headers,
            text,
            get body() {
              return JSON.parse(text) as Body;
            },
          });
        });
      },
    );
    outgoing.on('error', reject);
    outgoing.end(sent);
  });
}

function watch(
  cluster: Cluster,
  path: string,
  until: (events: WatchEvent[]) => boolean,
  begun: () => void = () => undefined,
): Promise<WatchEvent[]> {
  return new Promise((resolve, reject) => {
    const events: WatchEvent[] = [];
    const outgoing = request(
      { ...connection(cluster, path), headers: { authorization: `Bearer ${token}` } },
      (response) => {
        begun();
        let text = '';
        response.setEncoding('utf8');
        response.on('data', (chunk: string) => {
          text += chunk;
          const lines = text.split('\n');
          text = lines.pop() ?? '';
          events.push(...lines.map((line) => JSON.parse(line) as WatchEvent));
          if (!until(events)) return;
          resolve(events);
          outgoing.destroy();
        });
        response.on('end', () => resolve(events));
      },
    );
    outgoing.on('error', reject);
    outgoing.end();
  });
}

export const configMap = (name: string, data: Record<string, string> = {}, more: object = {}) => ({
  apiVersion: 'v1',
  kind: 'ConfigMap',
  metadata: { name, ...more },
  data,
});
