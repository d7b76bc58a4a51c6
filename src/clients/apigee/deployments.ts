// Deployed API proxies and shared flows, and the flow hooks that run them.
import type { Bundle, BundleKind, Deployments } from './client.ts';
import { path } from './path.ts';
import type { Requests } from './request.ts';
import * as schema from './schema.ts';

export function createDeployments(requests: Requests): Deployments {
  const bundlePath = ({ kind, name }: Bundle): string =>
    kind === 'proxy' ? path`/apis/${name}` : path`/sharedflows/${name}`;
  const hookPath = (environment: string, hook: string): string =>
    path`/environments/${environment}/flowhooks/${hook}`;
  const list = async (kind: BundleKind, environment?: string, signal?: AbortSignal) => {
    const within = environment === undefined ? '' : path`/environments/${environment}`;
    // An environment that does not exist has no deployments.
    const found = await requests.find(
      {
        method: 'GET',
        path: `${within}/deployments`,
        query: kind === 'proxy' ? {} : { sharedFlows: 'true' },
        what: `list the deployed ${words[kind]}s`,
        signal,
      },
      schema.deploymentList,
    );
    return (found?.deployments ?? []).map(({ apiProxy, ...one }) => ({
      ...one,
      kind,
      name: apiProxy,
    }));
  };
  return {
    listDeployments: async (environment, signal) => [
      ...(await list('proxy', environment, signal)),
      ...(await list('shared_flow', environment, signal)),
    ],
    undeploy: ({ environment, revision, ...bundle }, signal) =>
      requests.tell({
        method: 'DELETE',
        path: `${path`/environments/${environment}`}${bundlePath(bundle)}${path`/revisions/${revision}/deployments`}`,
        what: `undeploy the ${words[bundle.kind]} ${bundle.name} from ${environment}`,
        signal,
      }),
    hasBundle: async (bundle, signal) =>
      (await requests.find(
        {
          method: 'GET',
          path: bundlePath(bundle),
          what: `read the ${words[bundle.kind]} ${bundle.name}`,
          signal,
        },
        schema.bundle,
      )) !== undefined,
    deleteBundle: (bundle, signal) =>
      requests.tell({
        method: 'DELETE',
        path: bundlePath(bundle),
        what: `delete the ${words[bundle.kind]} ${bundle.name}`,
        signal,
      }),
    getFlowHook: async (environment, hook, signal) => {
      const found = await requests.find(
        { method: 'GET', path: hookPath(environment, hook), what: `read the ${hook}`, signal },
        schema.flowHook,
      );
      return found?.sharedFlow === '' ? undefined : found?.sharedFlow;
    },
    detachFlowHook: async (environment, hook, signal) => {
      await requests.tell({
        method: 'DELETE',
        path: hookPath(environment, hook),
        what: `detach the shared flow from the ${hook} of ${environment}`,
        signal,
      });
    },
  };
}

const words: Readonly<Record<BundleKind, string>> = {
  proxy: 'API proxy',
  shared_flow: 'shared flow',
};
