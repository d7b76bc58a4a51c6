// The level-triggered loop that every controller runs in: look at the store, act, look again at a change or when time has passed.
import type { SandboxContext } from '../core/context.ts';
import type { Faults } from '../core/faults.ts';
import type { Cluster, KubeObject, ObjectStore } from '../kubernetes/cluster.ts';
import type { Kind } from './kinds.ts';
import type { Timeline } from './timeline.ts';

export interface Pass {
  readonly cluster: Cluster;
  readonly faults: Pick<Faults, 'hasTrouble'>;
  readonly store: ObjectStore;
  list(of: Kind, namespace?: string): KubeObject[];
  get(of: Kind, namespace: string | undefined, name: string): KubeObject | undefined;
  /**
   * True once `realWorldMs` (simulated) have passed since `key` was first asked about; until then the loop looks again
   * at that moment. Keys begin with the object's uid: they go with it.
   */
  passed(key: string, realWorldMs: number): boolean;
  /** Begins `key` anew when it is asked about again. */
  forget(prefix: string): void;
  /** Looks again after a simulated duration though nothing changes: for what changes outside of the cluster. */
  again(realWorldMs: number): void;
}

export interface Controller {
  readonly name: string;
  readonly watches: readonly Kind[];
  reconcile(pass: Pass): void | Promise<void>;
}

/** The least real time between two looks that nothing asked for, so that a high speed makes no busy loop. */
const leastPauseMs = 10;

export interface LoopOptions {
  readonly context: SandboxContext;
  readonly cluster: Cluster;
  readonly timeline: Timeline;
  readonly controller: Controller;
}

/** Runs a controller until the returned function is called. Passes never overlap. */
export function startLoop(options: LoopOptions): () => void {
  const { context, cluster, timeline, controller } = options;
  const watched = new Set(controller.watches.map((of) => `${of.group}/${of.kind}`));
  let stopped = false;
  let running = false;
  let dirty = false;
  let next: NodeJS.Immediate | undefined;
  let cancelWake = (): void => undefined;
  let wakeAt = Infinity;
  let told = '';

  const wakeAfter = (realMs: number): void => {
    const at = context.clock.now() + Math.max(leastPauseMs, realMs);
    if (stopped || at >= wakeAt) return;
    cancelWake();
    wakeAt = at;
    cancelWake = context.clock.after((at - context.clock.now()) * context.clock.speed, look);
  };
  const pass: Pass = {
    cluster,
    faults: context.faults,
    store: cluster.store,
    list: (of, namespace) =>
      cluster.store.serves(of.group, of.kind)
        ? cluster.store.list({ group: of.group, kind: of.kind, namespace })
        : [],
    get: (of, namespace, name) =>
      cluster.store.serves(of.group, of.kind)
        ? cluster.store.get({ group: of.group, kind: of.kind, namespace, name })
        : undefined,
    passed: (key, realWorldMs) => {
      const left = realWorldMs - timeline.elapsed(key);
      if (left <= 0) return true;
      wakeAfter(context.clock.scaled(left));
      return false;
    },
    forget: (prefix) => timeline.forget(prefix),
    again: (realWorldMs) => wakeAfter(context.clock.scaled(realWorldMs)),
  };

  function look(): void {
    if (stopped) return;
    dirty = true;
    if (!running) next ??= setImmediate(() => void run());
  }
  async function run(): Promise<void> {
    next = undefined;
    running = true;
    dirty = false;
    cancelWake();
    wakeAt = Infinity;
    try {
      await controller.reconcile(pass);
    } catch (error) {
      // The same trouble is told once, however often it comes back.
      const trouble = String(error);
      if (trouble !== told) console.error(`sandbox: controller ${controller.name}:`, error);
      told = trouble;
      wakeAfter(1_000);
    }
    running = false;
    if (dirty) look();
  }

  const unsubscribe = cluster.store.onChange((event) => {
    if (watched.has(`${groupOf(event.object)}/${event.object.kind}`)) look();
  });
  look();
  return () => {
    stopped = true;
    unsubscribe();
    cancelWake();
    clearImmediate(next);
  };
}

export function groupOf(object: KubeObject): string {
  const slash = object.apiVersion.indexOf('/');
  return slash < 0 ? '' : object.apiVersion.slice(0, slash);
}
