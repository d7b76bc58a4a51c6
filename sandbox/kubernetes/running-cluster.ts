// One running cluster: start and stop of its resources, controllers and API server.
import type { SandboxContext } from '../core/context.ts';
import { createAdmission } from './admission.ts';
import { type ClusterIdentity, createAccess } from './authorization/access.ts';
import { createAccountTokens } from './authorization/account-tokens.ts';
import { builtInResources } from './built-in/resources.ts';
import type { Cluster, LogSource } from './cluster.ts';
import type { ClusterState } from './cluster-state.ts';
import { serveDefinitions } from './controllers/custom-resource-definitions.ts';
import { collectGarbage } from './controllers/garbage-collection.ts';
import { keepNamespaces } from './controllers/namespaces.ts';
import { createObjects } from './objects.ts';
import { createResources } from './resources.ts';
import { installAddons, seedCluster } from './seed.ts';
import { startApiServer } from './server/api-server.ts';
import type { AwayKind } from './server/away-server.ts';
import { createStore } from './store.ts';
import { createWrites } from './writes.ts';

export interface RunningCluster {
  readonly cluster: Cluster;
  setApiAway(away: AwayKind | undefined): Promise<void>;
  /** Ends all watches. */
  endWatches(): void;
  /** Ends all watches, and expires their history. */
  expireWatches(): void;
  stop(): Promise<void>;
}

export async function startCluster(
  ctx: SandboxContext,
  identity: ClusterIdentity,
  id: string,
  state: ClusterState,
): Promise<RunningCluster> {
  const now = (): number => ctx.clock.now();
  const resources = createResources(builtInResources());
  const objects = createObjects(state, () => ctx.changed('kubernetes'));
  const admission = createAdmission({ objects, resources, now });
  const writes = createWrites(objects, admission, now);
  const store = createStore(objects, resources, writes);
  const parts = { clock: ctx.clock, objects, resources, writes };
  const stopDefinitions = serveDefinitions(parts);
  if (state.revision === 0) seedCluster(store, state.spec, now());
  const { gatewayApi, addonsAfterMs } = state.spec;
  const stopAddons =
    gatewayApi && addonsAfterMs !== undefined
      ? ctx.clock.after(addonsAfterMs, () => installAddons(store, now()))
      : () => undefined;
  const stops = [stopDefinitions, stopAddons, collectGarbage(parts), keepNamespaces(parts)];
  const issuer = `https://container.googleapis.com/v1/${id}`;
  const tokens = createAccountTokens(state.certificate, issuer, objects, now);
  const access = createAccess({ identity, tokens, objects, resources });
  let logs: LogSource = () => undefined;
  const logOf: LogSource = (pod, container, previous) => logs(pod, container, previous);
  const server = await startApiServer({
    ctx,
    access,
    tokens,
    state,
    resources,
    objects,
    writes,
    logOf,
  });
  const cluster: Cluster = {
    id,
    spec: state.spec,
    endpoint: server.endpoint,
    caCertificate: Buffer.from(state.certificate.cert).toString('base64'),
    store,
    tellLogs: (source) => {
      logs = source;
      return () => {
        logs = () => undefined;
      };
    },
  };
  return {
    cluster,
    setApiAway: server.setAway,
    endWatches: server.endWatches,
    expireWatches: () => {
      objects.compact();
      server.endWatches();
    },
    stop: async () => {
      for (const stop of stops) stop();
      await server.stop();
    },
  };
}
