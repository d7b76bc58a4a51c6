// One running cluster: its resources, objects, controllers and API server, put together and taken down.
import type { SandboxContext } from '../core/context.ts';
import type { Identity } from '../google/identity.ts';
import { createAdmission } from './admission.ts';
import { startApiServer } from './api-server.ts';
import { builtInResources } from './built-in-resources.ts';
import type { Cluster } from './cluster.ts';
import type { ClusterState } from './cluster-state.ts';
import { createObjects } from './objects.ts';
import { createResources } from './resources.ts';
import { createStore } from './store.ts';
import { createWrites } from './writes.ts';

export interface RunningCluster {
  readonly cluster: Cluster;
  stop(): Promise<void>;
}

export async function startCluster(
  ctx: SandboxContext,
  identity: Identity,
  id: string,
  state: ClusterState,
): Promise<RunningCluster> {
  const resources = createResources(builtInResources());
  const objects = createObjects(state, () => ctx.changed('kubernetes'));
  const writes = createWrites(objects, createAdmission(), () => ctx.clock.now());
  const store = createStore(objects, resources, writes);
  const server = await startApiServer({ ctx, identity, state, resources, objects, writes });
  const cluster: Cluster = {
    id,
    spec: state.spec,
    endpoint: server.endpoint,
    caCertificate: Buffer.from(state.certificate.cert).toString('base64'),
    store,
  };
  return { cluster, stop: () => server.stop() };
}
