// The vendor's Kubernetes client with what it lacks: one pooled connection, a signal a call, a token that may change. Heavy: import it when first needed.
import {
  type Configuration,
  KubeConfig,
  KubernetesObjectApi,
  PatchStrategy,
  type RequestContext,
  type V1APIResource,
  Watch,
  type KubernetesObject as WireObject,
} from '@kubernetes/client-node';
import type { ClusterAccess } from '../shared/cluster-access.ts';
import { fieldManager, type KubernetesObject, type ObjectRef, type ObjectsOf } from './client.ts';
import { toObject } from './plain-object.ts';

type Dispatcher = NonNullable<ReturnType<RequestContext['getDispatcher']>>;

/** The vendor's config opens a new TLS connection for every request; this one keeps its first. */
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

/** One call: its signal reaches the request, and what discovery learned is kept for the calls after it. */
class ObjectCall extends KubernetesObjectApi {
  signal: AbortSignal | undefined;

  prepare(signal: AbortSignal, kinds: ObjectCall['apiVersionResourceCache']): this {
    this.signal = signal;
    this.apiVersionResourceCache = kinds;
    return this;
  }

  /** undefined when the kind is not served. */
  async find(apiVersion: string, kind: string): Promise<V1APIResource | undefined> {
    try {
      return await this.resource(apiVersion, kind);
    } catch (error) {
      if (error instanceof Error && 'code' in error && error.code === 404) return undefined;
      throw error;
    }
  }

  protected override requestPromise<T extends WireObject>(
    context: RequestContext,
    type?: string,
    options?: Configuration,
  ): Promise<T> {
    if (this.signal !== undefined) context.setSignal(this.signal);
    return super.requestPromise<T>(context, type, options);
  }
}

export interface ApplyMode {
  readonly force: boolean;
  readonly dryRun: boolean;
}

/** Throws what the vendor's client throws; `createKubernetes` makes faults of it. */
export class Connection {
  readonly #config = new PooledConfig();
  readonly #kinds: ObjectCall['apiVersionResourceCache'] = {};

  constructor(access: ClusterAccess) {
    this.#config.loadFromOptions({
      clusters: [{ name: 'cluster', server: access.server, caData: access.caCertificate }],
      users: [{ name: 'llmgw' }],
      contexts: [{ name: 'cluster', cluster: 'cluster', user: 'llmgw' }],
      currentContext: 'cluster',
    });
  }

  setToken(token: string): void {
    this.#config.token = token;
  }

  #call(signal: AbortSignal): ObjectCall {
    return this.#config.makeApiClient(ObjectCall).prepare(signal, this.#kinds);
  }

  async serves(apiVersion: string, kind: string, signal: AbortSignal): Promise<boolean> {
    return (await this.#call(signal).find(apiVersion, kind)) !== undefined;
  }

  async get(ref: ObjectRef, signal: AbortSignal): Promise<KubernetesObject | undefined> {
    const call = this.#call(signal);
    if ((await call.find(ref.apiVersion, ref.kind)) === undefined) return undefined;
    try {
      return toObject(await call.read(toHeader(ref)));
    } catch (error) {
      if (error instanceof Error && 'code' in error && error.code === 404) return undefined;
      throw error;
    }
  }

  async list(of: ObjectsOf, signal: AbortSignal): Promise<KubernetesObject[]> {
    const call = this.#call(signal);
    if ((await call.find(of.apiVersion, of.kind)) === undefined) return [];
    const none = undefined;
    const { apiVersion, kind, namespace, labelSelector } = of;
    const answer = await call.list(
      apiVersion,
      kind,
      namespace,
      none,
      none,
      none,
      none,
      labelSelector,
    );
    return answer.items.map((item) => toObject({ ...item, apiVersion, kind }));
  }

  async apply(
    object: KubernetesObject,
    mode: ApplyMode,
    signal: AbortSignal,
  ): Promise<KubernetesObject> {
    const answer = await this.#call(signal).patch(
      // The vendor's client fills in a missing namespace on the object it is given.
      structuredClone(object) as unknown as WireObject,
      undefined,
      mode.dryRun ? 'All' : undefined,
      fieldManager,
      mode.force,
      PatchStrategy.ServerSideApply,
    );
    return toObject(answer);
  }

  /** @throws 409 when it has changed since it was read. */
  async setFinalizers(
    { apiVersion, kind, metadata }: KubernetesObject,
    finalizers: readonly string[],
    signal: AbortSignal,
  ): Promise<void> {
    const { name, namespace, uid, resourceVersion } = metadata;
    const none = undefined;
    const body = {
      apiVersion,
      kind,
      metadata: { name, namespace, uid, resourceVersion, finalizers },
    };
    await this.#call(signal).patch(
      body as unknown as WireObject,
      none,
      none,
      fieldManager,
      none,
      PatchStrategy.MergePatch,
    );
  }

  async delete(ref: ObjectRef, uid: string, signal: AbortSignal): Promise<void> {
    const none = undefined;
    const body = { preconditions: { uid } };
    await this.#call(signal).delete(toHeader(ref), none, none, none, none, 'Background', body);
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
      // What happened between the first look and the start of the watch is in no event: look once more.
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

function toHeader(ref: ObjectRef) {
  const { apiVersion, kind, name, namespace } = ref;
  return {
    apiVersion,
    kind,
    metadata: { name, ...(namespace === undefined ? {} : { namespace }) },
  };
}

function collectionPath(ref: ObjectRef, resource: V1APIResource): string {
  const root = ref.apiVersion.includes('/') ? 'apis' : 'api';
  const scope = resource.namespaced ? `/namespaces/${ref.namespace ?? 'default'}` : '';
  return `/${root}/${ref.apiVersion}${scope}/${resource.name}`;
}
