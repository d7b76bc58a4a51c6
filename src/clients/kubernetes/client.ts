// The cluster's API: server-side apply as field manager llmgw, drift by dry run, level-triggered watches.
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

export interface CallOptions {
  readonly signal?: AbortSignal | undefined;
}

export interface KubernetesClient {
  /** undefined when the object is missing, and also when its kind is not served (no such CRD). */
  get(ref: ObjectRef, options?: CallOptions): Promise<KubernetesObject | undefined>;
  /** Empty, too, when the kind is not served. */
  list(of: ObjectsOf, options?: CallOptions): Promise<KubernetesObject[]>;
  /** Is this kind served now, built in or by an installed CRD? */
  serves(apiVersion: string, kind: string, options?: CallOptions): Promise<boolean>;
  /**
   * Server-side apply. Takes fields over from other managers only on objects that carry our label.
   * @throws refused/conflict, naming manager and fields; permanent/not_ours for an object of somebody else.
   */
  apply(object: KubernetesObject, options?: CallOptions): Promise<KubernetesObject>;
  /** What an apply would change, by a dry run: `absent`, or dotted paths (none: as wanted). Never values. */
  wouldChange(object: KubernetesObject, options?: CallOptions): Promise<'absent' | string[]>;
  /** Deletes exactly the object with this uid; gone or replaced already counts as deleted. */
  delete(ref: ObjectRef, options: CallOptions & { readonly uid: string }): Promise<void>;
  /**
   * Watches until the predicate holds, at most `timeoutMs` (<= 20 s). Returns the object as last seen, undefined
   * while it is missing; ask the predicate again to know which.
   */
  watchUntil(
    ref: ObjectRef,
    predicate: (object: KubernetesObject | undefined) => boolean,
    options: CallOptions & { readonly timeoutMs: number },
  ): Promise<KubernetesObject | undefined>;
  /** Why the pods of a selector are not ready, in words (`Unschedulable: 0/3 nodes …`), most telling first; empty when all are. */
  podReasons(namespace: string, labelSelector: string, options?: CallOptions): Promise<string[]>;
}
