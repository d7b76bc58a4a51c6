// Kubernetes client: server-side apply, drift by dry run, watches.
import { fail } from '../../kernel/errors.ts';
import type { ClusterAccessSource } from '../shared/cluster-access.ts';
import type { AccessTokens } from '../shared/access-tokens.ts';
import type { ApplyMode, Connection } from './connection.ts';
import { changedFields, dotted } from './difference.ts';
import { statusOf } from './faults.ts';
import { type FieldOwner, ownerOf } from './field-owner.ts';
import { type PodReason, reasonsOf } from './pod-reasons.ts';
import { createSession } from './session.ts';

export interface KubernetesObject {
  apiVersion: string;
  kind: string;
  metadata: {
    name: string;
    namespace?: string;
    uid?: string;
    generation?: number;
    resourceVersion?: string;
    creationTimestamp?: string;
    deletionTimestamp?: string;
    labels?: Record<string, string>;
    annotations?: Record<string, string>;
    [field: string]: unknown;
  };
  [field: string]: unknown;
}

export interface ObjectRef {
  /** `v1`, `gateway.networking.k8s.io/v1` */
  readonly apiVersion: string;
  readonly kind: string;
  readonly namespace?: string | undefined;
  readonly name: string;
}

export interface ObjectsOf {
  readonly apiVersion: string;
  readonly kind: string;
  readonly namespace?: string | undefined;
  /** `app=vllm-qwen` */
  readonly labelSelector?: string | undefined;
}

/** A field that an apply would change. */
export interface FieldChange {
  /** Dotted: `spec.template.spec.containers[0].image` */
  readonly field: string;
  /** Manager that set the current value, if that was not llmgw. */
  readonly setBy: FieldOwner | undefined;
}

export interface Comparison {
  /** The current object. */
  readonly live: KubernetesObject;
  readonly changes: readonly FieldChange[];
}

export interface CallOptions {
  readonly signal?: AbortSignal | undefined;
}

export interface KubernetesClient {
  /** undefined when the object is missing, and also when its kind is not served (no such CRD). */
  get(ref: ObjectRef, options?: CallOptions): Promise<KubernetesObject | undefined>;
  /** Empty also when the kind is not served. */
  list(of: ObjectsOf, options?: CallOptions): Promise<KubernetesObject[]>;
  /** Whether this kind is served now, built in or by an installed CRD. */
  serves(apiVersion: string, kind: string, options?: CallOptions): Promise<boolean>;
  /**
   * Server-side apply; for an object with our label it takes fields over from other managers.
   * @throws refused/not_ours for another owner's object; refused/conflict, with manager and fields.
   */
  apply(object: KubernetesObject, options?: CallOptions): Promise<KubernetesObject>;
  /** The changes of an apply, by a dry run: `absent`, or fields (none: in sync). Never values. */
  wouldChange(object: KubernetesObject, options?: CallOptions): Promise<'absent' | Comparison>;
  /** Deletes exactly the object with this uid; a missing or replaced one counts as deleted. */
  delete(ref: ObjectRef, options: CallOptions & { readonly uid: string }): Promise<void>;
  /** Removes finalizers with this prefix from exactly the object with this uid; none if it is missing. */
  releaseFinalizers(
    ref: ObjectRef,
    options: CallOptions & { readonly uid: string; readonly prefix: string },
  ): Promise<void>;
  /**
   * Watches until the predicate holds, at most `timeoutMs` (<= 20 s). Returns the last state, undefined
   * while it is missing; call the predicate again to tell the two cases apart.
   */
  watchUntil(
    ref: ObjectRef,
    predicate: (object: KubernetesObject | undefined) => boolean,
    options: CallOptions & { readonly timeoutMs: number },
  ): Promise<KubernetesObject | undefined>;
  /** Reasons why pods of a selector are not ready, worst first; empty without such pods. */
  podReasons(namespace: string, labelSelector: string, options?: CallOptions): Promise<PodReason[]>;
}

export const fieldManager = 'llmgw';
export const ownLabel = { key: 'app.kubernetes.io/managed-by', value: 'llmgw' } as const;

/** Whether llmgw created it. */
export function isOurs(object: KubernetesObject): boolean {
  return object.metadata.labels?.[ownLabel.key] === ownLabel.value;
}

const callTimeoutMs = 30_000;

/** @param access address and credentials of the cluster; read again after a failed connection. */
export function createKubernetes(
  access: ClusterAccessSource,
  tokens: AccessTokens,
): KubernetesClient & { close(): Promise<void> } {
  const session = createSession(access, tokens);
  const call = <T>(
    doing: string,
    options: CallOptions | undefined,
    run: (connection: Connection, signal: AbortSignal) => Promise<T>,
  ): Promise<T> => session.call(doing, options?.signal, callTimeoutMs, run);

  const get = (ref: ObjectRef, options?: CallOptions): Promise<KubernetesObject | undefined> =>
    call(`Reading ${nameOf(ref)}`, options, (connection, signal) => connection.get(ref, signal));

  const patch = async (
    object: KubernetesObject,
    mode: ApplyMode,
    options: CallOptions | undefined,
  ): Promise<KubernetesObject> => {
    const doing = `${mode.dryRun ? 'Comparing' : 'Applying'} ${nameOf(toRef(object))}`;
    return call(doing, options, (connection, signal) => connection.apply(object, mode, signal));
  };

  return {
    get,
    list: (of, options) =>
      call(`Listing ${of.kind}s`, options, (connection, signal) => connection.list(of, signal)),
    serves: (apiVersion, kind, options) =>
      call(`Checking for ${kind}`, options, (connection, signal) =>
        connection.serves(apiVersion, kind, signal),
      ),
    apply: async (object, options) => {
      const live = await get(toRef(object), options);
      if (live !== undefined) insistOurs(live);
      return patch(object, { force: live !== undefined, dryRun: false }, options);
    },
    wouldChange: async (object, options) => {
      const live = await get(toRef(object), options);
      if (live === undefined) return 'absent';
      insistOurs(live);
      const desired = await patch(object, { force: true, dryRun: true }, options);
      return { live, changes: changesOf(live, desired) };
    },
    delete: (ref, options) =>
      call(`Deleting ${nameOf(ref)}`, options, async (connection, signal) => {
        try {
          await connection.delete(ref, options.uid, signal);
        } catch (error) {
          // 404: deleted. 409: the uid is another's, so ours is deleted.
          const status = statusOf(error);
          if (status !== 404 && status !== 409) throw error;
        }
      }),
    releaseFinalizers: (ref, options) => releaseFinalizers({ get, call }, ref, options),
    watchUntil: async (ref, predicate, options) => {
      let last = await get(ref, options);
      if (predicate(last)) return last;
      const found = new AbortController();
      const timeout = AbortSignal.timeout(options.timeoutMs);
      const ends = AbortSignal.any(
        [found.signal, timeout, options.signal].filter((signal) => signal !== undefined),
      );
      await session.watch(ref, ends, (object) => {
        last = object;
        if (predicate(object)) found.abort();
      });
      options.signal?.throwIfAborted();
      return last;
    },
    podReasons: async (namespace, labelSelector, options) => {
      const of = { apiVersion: 'v1', kind: 'Pod', namespace, labelSelector };
      const pods = await call('Reading the pods', options, (connection, signal) =>
        connection.list(of, signal),
      );
      return reasonsOf(pods);
    },
    close: session.close,
  };
}

interface Calls {
  readonly get: KubernetesClient['get'];
  call<T>(
    doing: string,
    options: CallOptions | undefined,
    run: (connection: Connection, signal: AbortSignal) => Promise<T>,
  ): Promise<T>;
}

/** Deleted or changed in between: the caller reads it again. */
async function releaseFinalizers(
  { get, call }: Calls,
  ref: ObjectRef,
  options: Parameters<KubernetesClient['releaseFinalizers']>[1],
): Promise<void> {
  const live = await get(ref, options);
  if (live?.metadata.uid !== options.uid) return;
  insistOwn(live);
  const kept = finalizersOf(live).filter((one) => !one.startsWith(options.prefix));
  await call(`Releasing ${nameOf(ref)}`, options, async (connection, signal) => {
    try {
      await connection.setFinalizers(live, kept, signal);
    } catch (error) {
      const status = statusOf(error);
      if (status !== 404 && status !== 409) throw error;
    }
  });
}

function changesOf(live: KubernetesObject, desired: KubernetesObject): FieldChange[] {
  return changedFields(live, desired).map((path) => ({
    field: dotted(path),
    setBy: ownerOf(live, path, fieldManager),
  }));
}

/** `Gateway default/inference-gateway` */
export function nameOf(ref: ObjectRef): string {
  return `${ref.kind} ${ref.namespace === undefined ? '' : `${ref.namespace}/`}${ref.name}`;
}

export function toRef(object: KubernetesObject): ObjectRef {
  const { apiVersion, kind, metadata } = object;
  return { apiVersion, kind, name: metadata.name, namespace: metadata.namespace };
}

/** Foreign objects are never adopted, because teardown would delete them. */
function insistOurs(live: KubernetesObject): void {
  const name = nameOf(toRef(live));
  if (live.metadata.deletionTimestamp !== undefined) {
    throw fail('transient', 'terminating', `${name} is still being deleted`);
  }
  insistOwn(live);
}

export function finalizersOf({ metadata }: KubernetesObject): string[] {
  const { finalizers } = metadata;
  return Array.isArray(finalizers) ? finalizers.map(String) : [];
}

function insistOwn(live: KubernetesObject): void {
  const name = nameOf(toRef(live));
  if (!isOurs(live)) {
    throw fail('refused', 'not_ours', `${name} exists and was not created by llmgw`, {
      next: `Delete it, or add the label ${ownLabel.key}=${ownLabel.value} to let llmgw manage it.`,
    });
  }
}
