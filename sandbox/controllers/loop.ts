// Level-triggered controller loop: a pass at each store change or due time.
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
   * True once `realWorldMs` (simulated) have passed since the first call with `key`; until then the
   * loop schedules a pass at that moment. Keys begin with the object's uid and expire with it.
   */
  passed(key: string, realWorldMs: number): boolean;
  /** Resets `key`, so that the next call starts its time again. */
  forget(prefix: string): void;
  /** Schedules a pass after a simulated duration, for changes outside the cluster. */
  again(realWorldMs: number): void;
}

export interface Controller {
  readonly name: string;
  readonly watches: readonly Kind[];
  reconcile(pass: Pass): void | Promise<void>;
}

/** Minimum real time between two unrequested passes, so that a high speed makes no busy loop. */
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
      // A repeated error is logged only once.
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
