// Service Usage: the enabled APIs of a project, and their activation.
import type { AccessTokens } from '../shared/access-tokens.ts';
import { createCallGoogle } from './call.ts';
import { anything, services as servicesAnswer } from './schema.ts';
import { allPages } from '../shared/pages.ts';

export interface ServiceUsageClient {
  /** Those of `services` (`container.googleapis.com`) that are not enabled. */
  missing(projectId: string, services: readonly string[]): Promise<string[]>;
  /** Starts the activation; it takes effect later, so call `missing` again. Repeatable. */
  enable(projectId: string, services: readonly string[]): Promise<void>;
}

export function createServiceUsage(tokens: AccessTokens, rootUrl: string): ServiceUsageClient {
  const call = createCallGoogle(tokens, 'serviceusage.googleapis.com', rootUrl);
  const load = async () => {
    const { serviceusage } = await import('googleapis/build/src/apis/serviceusage/index.js');
    return serviceusage({ version: 'v1' }).services;
  };
  return {
    missing: async (projectId, services) => {
      const api = await load();
      const enabled = await allPages(async (page) => {
        const answer = await call(
          { doing: `Reading the enabled APIs of ${projectId}`, projectId },
          (auth, options) =>
            api.list(
              {
                parent: `projects/${projectId}`,
                filter: 'state:ENABLED',
                pageSize: 200,
                ...page,
                auth,
              },
              options,
            ),
          servicesAnswer,
        );
        const items = answer.services.map(({ name }) => name.split('/').at(-1));
        return { items, next: answer.nextPageToken };
      });
      return services.filter((service) => !enabled.includes(service));
    },
    enable: async (projectId, services) => {
      const api = await load();
      await call(
        { doing: `Enabling ${services.join(', ')}`, projectId },
        (auth, options) =>
          api.batchEnable(
            {
              parent: `projects/${projectId}`,
              requestBody: { serviceIds: [...services] },
              auth,
            },
            options,
          ),
        anything,
      );
    },
  };
}
