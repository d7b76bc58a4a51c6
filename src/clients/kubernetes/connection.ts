// Vendor's Kubernetes client with one pooled connection, signals and tokens. Heavy: import lazily.
import {
  HttpMethod,
  KubeConfig,
  PatchStrategy,
  type RequestContext,
  type V1APIResource,
  Watch,
} from '@kubernetes/client-node';
import type { ClusterAccess } from '../shared/cluster-access.ts';
import { fieldManager, type KubernetesObject, type ObjectRef, type ObjectsOf } from './client.ts';
import { isPathUnknown, notServed } from './faults.ts';
import { PlainCall } from './plain-call.ts';
import { toItems, toObject } from './plain-object.ts';

type Dispatcher = NonNullable<ReturnType<RequestContext['getDispatcher']>>;

/** The vendor's config opens a new TLS connection for every request; this one reuses its first. */
class PooledConfig extends KubeConfig {
  token = '';
  #dispatcher: Dispatcher | undefined;

  override async applySecurityAuthentication(context: RequestContext): Promise<void> {
    if (this.#dispatcher === undefined) {
      await super.applySecurityAuthentication(context);
      this.#dispatcher = context.getDispatcher();
    } else {
      context.setDispatcher(this.#dispatcher);
    }
    context.setHeaderParam('Authorization', `Bearer ${this.token}`);
  }

  async close(): Promise<void> {
    await this.#dispatcher?.destroy();
  }
}

export interface ApplyMode {
  readonly force: boolean;
  readonly dryRun: boolean;
}

/** Throws the errors of the vendor's client; `createKubernetes` maps them to faults. */
export class Connection {
  readonly #config = new PooledConfig();
  readonly #kinds: PlainCall['apiVersionResourceCache'] = {};

  constructor(access: ClusterAccess) {
    this.#config.loadFromOptions({
      clusters: [
        {
          name: 'cluster',
          server: access.server,
          ...(access.caCertificate === '' ? {} : { caData: access.caCertificate }),
        },
      ],
      users: [{ name: 'llmgw' }],
      contexts: [{ name: 'cluster', cluster: 'cluster', user: 'llmgw' }],
      currentContext: 'cluster',
    });
  }

  setToken(token: string): void {
    this.#config.token = token;
  }

  #call(signal: AbortSignal): PlainCall {
    return this.#config.makeApiClient(PlainCall).prepare(signal, this.#kinds);
  }

  async serves(apiVersion: string, kind: string, signal: AbortSignal): Promise<boolean> {
    return (await this.#call(signal).find(apiVersion, kind)) !== undefined;
  }

  async get(ref: ObjectRef, signal: AbortSignal): Promise<KubernetesObject | undefined> {
    const call = this.#call(signal);
    const resource = await call.find(ref.apiVersion, ref.kind);
    if (resource === undefined) return undefined;
    try {
      return toObject(await call.send(HttpMethod.GET, objectPath(ref, resource)));
    } catch (error) {
      if (error instanceof Error && 'code' in error && error.code === 404) return undefined;
      throw error;
    }
  }

  async list(of: ObjectsOf, signal: AbortSignal): Promise<KubernetesObject[]> {
    const call = this.#call(signal);
    const { apiVersion, kind, namespace, labelSelector } = of;
    const resource = await call.find(apiVersion, kind);
    if (resource === undefined) return [];
    const path = collectionPath({ apiVersion, namespace }, resource, 'all');
    const answer = await call.send(HttpMethod.GET, path, { query: { labelSelector } });
    return toItems(answer).map((item) => toObject({ ...item, apiVersion, kind }));
  }

  /** @throws transient/kind_not_served */
  async apply(
    object: KubernetesObject,
    mode: ApplyMode,
    signal: AbortSignal,
  ): Promise<KubernetesObject> {
    const { apiVersion, kind, metadata } = object;
    const call = this.#call(signal);
    const resource = await call.find(apiVersion, kind);
    if (resource === undefined) throw notServed(object);
    const path = objectPath({ apiVersion, kind, ...metadata }, resource);
    const query = {
      fieldManager,
      force: String(mode.force),
      dryRun: mode.dryRun ? 'All' : undefined,
    };
    const contentType = PatchStrategy.ServerSideApply;
    const sending = call.send(HttpMethod.PATCH, path, { query, body: object, contentType });
    return toObject(
      await sending.catch((error: unknown) => {
        // Discovery lists a kind slightly before and after its objects are served.
        throw isPathUnknown(error) ? notServed(object) : error;
      }),
    );
  }

  /** @throws 409 when it has changed since the read. */
  async setFinalizers(
    { apiVersion, kind, metadata }: KubernetesObject,
    finalizers: readonly string[],
    signal: AbortSignal,
  ): Promise<void> {
    const { name, namespace, uid, resourceVersion } = metadata;
    const call = this.#call(signal);
    const resource = await call.find(apiVersion, kind);
    // Objects are deleted with their kind.
    if (resource === undefined) return;
    const body = {
      apiVersion,
      kind,
      metadata: { name, namespace, uid, resourceVersion, finalizers },
    };
    await call.send(HttpMethod.PATCH, objectPath({ apiVersion, kind, name, namespace }, resource), {
      query: { fieldManager },
      body,
      contentType: PatchStrategy.MergePatch,
    });
  }

  async delete(ref: ObjectRef, uid: string, signal: AbortSignal): Promise<void> {
    const call = this.#call(signal);
    const resource = await call.find(ref.apiVersion, ref.kind);
    if (resource === undefined) return;
    const body = {
      apiVersion: 'v1',
      kind: 'DeleteOptions',
      propagationPolicy: 'Background',
      preconditions: { uid },
    };
    await call.send(HttpMethod.DELETE, objectPath(ref, resource), { body });
  }

  /** Calls `seen` with each state until the signal aborts or the watch ends for any other reason. */
  async watch(
    ref: ObjectRef,
    seen: (object: KubernetesObject | undefined) => void,
    signal: AbortSignal,
  ): Promise<void> {
    const resource = await this.#call(signal).find(ref.apiVersion, ref.kind);
    if (resource === undefined) return;
    await new Promise<void>((resolve) => {
      const aborted = (): void => resolve();
      signal.addEventListener('abort', aborted, { once: true });
      const watching = new Watch(this.#config).watch(
        collectionPath(ref, resource),
        { fieldSelector: `metadata.name=${ref.name}` },
        (type, object: unknown) => {
          if (type === 'ADDED' || type === 'MODIFIED') seen(toObject(object));
          if (type === 'DELETED') seen(undefined);
        },
        () => {
          signal.removeEventListener('abort', aborted);
          resolve();
        },
      );
      // Changes between the first read and the start of the watch are in no event: read once more.
      const lookAgain = async (): Promise<void> => {
        await watching;
        const now = await this.get(ref, signal);
        if (!signal.aborted) seen(now);
      };
      lookAgain().catch(() => undefined);
      const stop = async (): Promise<void> => (await watching).abort();
      const stopQuietly = (): void => void stop().catch(() => undefined);
      if (signal.aborted) stopQuietly();
      else signal.addEventListener('abort', stopQuietly, { once: true });
    });
  }

  async close(): Promise<void> {
    await this.#config.close();
  }
}

function collectionPath(
  ref: Pick<ObjectRef, 'apiVersion' | 'namespace'>,
  resource: V1APIResource,
  without: 'default' | 'all' = 'default',
): string {
  const root = ref.apiVersion.includes('/') ? 'apis' : 'api';
  const namespace = ref.namespace ?? (without === 'default' ? 'default' : undefined);
  const isScoped = resource.namespaced && namespace !== undefined;
  const scope = isScoped ? `/namespaces/${encodeURIComponent(namespace)}` : '';
  return `/${root}/${ref.apiVersion}${scope}/${resource.name}`;
}

const objectPath = (ref: ObjectRef, resource: V1APIResource): string =>
  `${collectionPath(ref, resource)}/${encodeURIComponent(ref.name)}`;
