// Start times of awaited moments, stored in the state to survive a restart.
import type { SandboxContext } from '../core/context.ts';
import type { Cluster } from '../kubernetes/cluster.ts';

export interface Timeline {
  /** Simulated ms since the first call with `key`; the first call starts its time. */
  elapsed(key: string): number;
  /** Removes every key with this prefix, so that the next call starts its time again. */
  forget(prefix: string): void;
}

interface Moments {
  /** Real ms since the epoch, by scope and key. */
  since: Record<string, Record<string, number>>;
  /** Uid of the cluster's kube-system namespace: a new cluster of an old name has new times. */
  owners: Record<string, string>;
}

const stateName = 'timeline';

/** @param part the controller that owns these times of the cluster. */
export function createTimeline(context: SandboxContext, cluster: Cluster, part: string): Timeline {
  const moments = context.state<Moments>(stateName, () => ({ since: {}, owners: {} }));
  const scope = `${cluster.id}/${part}`;
  const system = cluster.store.get({ group: '', kind: 'Namespace', name: 'kube-system' });
  const owner = system?.metadata.uid ?? '';
  if (moments.owners[scope] !== owner) delete moments.since[scope];
  moments.owners[scope] = owner;
  const since = (moments.since[scope] ??= {});
  return {
    elapsed: (key) => {
      const began = since[key];
      if (began !== undefined) return (context.clock.now() - began) * context.clock.speed;
      since[key] = context.clock.now();
      context.changed(stateName);
      return 0;
    },
    forget: (prefix) => {
      const gone = Object.keys(since).filter((key) => key.startsWith(prefix));
      for (const key of gone) delete since[key];
      if (gone.length > 0) context.changed(stateName);
    },
  };
}
