// Environments, their attachments to instances, and the groups that give them host names.
import type { Environments } from './client.ts';
import { allPages } from './pages.ts';
import { path } from './path.ts';
import type { ApigeeCall, Requests } from './request.ts';
import * as schema from './schema.ts';

export function createEnvironments(requests: Requests): Environments {
  return { ...environmentCalls(requests), ...attachmentCalls(requests), ...groupCalls(requests) };
}

function environmentCalls(
  requests: Requests,
): Pick<
  Environments,
  'getEnvironment' | 'createEnvironment' | 'setEnvironmentProperties' | 'deleteEnvironment'
> {
  return {
    getEnvironment: (name, signal) =>
      requests.find(
        {
          method: 'GET',
          path: path`/environments/${name}`,
          what: `read the environment ${name}`,
          signal,
        },
        schema.environment,
      ),
    createEnvironment: ({ name, displayName, description, type, properties }, signal) =>
      requests.send(
        {
          method: 'POST',
          path: '/environments',
          body: {
            name,
            displayName,
            description,
            state: 'ACTIVE',
            deploymentType: 'PROXY',
            apiProxyType: 'PROGRAMMABLE',
            ...(type === undefined ? {} : { type }),
            properties: { property: asProperties(properties) },
          },
          what: `create the environment ${name}`,
          signal,
        },
        schema.operation,
      ),
    setEnvironmentProperties: async (environment, properties, signal) => {
      const kept = environment.properties.property.filter(({ name }) => !(name in properties));
      await requests.send(
        {
          method: 'PUT',
          path: path`/environments/${environment.name}`,
          body: {
            ...environment,
            properties: { property: [...kept, ...asProperties(properties)] },
          },
          what: `set properties of the environment ${environment.name}`,
          signal,
        },
        schema.environment,
      );
    },
    deleteEnvironment: (name, signal) =>
      removal(requests, path`/environments/${name}`, `delete the environment ${name}`, signal),
  };
}

function attachmentCalls(
  requests: Requests,
): Pick<Environments, 'listAttachments' | 'createAttachment' | 'deleteAttachment'> {
  return {
    listAttachments: (instance, signal) =>
      allPages(async (query) => {
        const page = await requests.send(
          {
            method: 'GET',
            path: path`/instances/${instance}/attachments`,
            query,
            what: `list the environments of the instance ${instance}`,
            signal,
          },
          schema.instanceAttachmentList,
        );
        return { items: page.attachments, next: page.nextPageToken };
      }),
    createAttachment: (instance, environment, signal) =>
      requests.send(
        {
          method: 'POST',
          path: path`/instances/${instance}/attachments`,
          body: { environment },
          what: `attach the environment ${environment} to the instance ${instance}`,
          signal,
        },
        schema.operation,
      ),
    deleteAttachment: (instance, attachment, signal) =>
      removal(
        requests,
        path`/instances/${instance}/attachments/${attachment}`,
        `detach an environment from the instance ${instance}`,
        signal,
      ),
  };
}

function groupCalls(
  requests: Requests,
): Omit<
  Environments,
  keyof ReturnType<typeof environmentCalls> | keyof ReturnType<typeof attachmentCalls>
> {
  return {
    listEnvironmentGroups: (signal) =>
      allPages(async (query) => {
        const page = await requests.send(
          { method: 'GET', path: '/envgroups', query, what: 'list the environment groups', signal },
          schema.environmentGroupList,
        );
        return { items: page.environmentGroups, next: page.nextPageToken };
      }),
    createEnvironmentGroup: ({ name, hostnames }, signal) =>
      requests.send(
        {
          method: 'POST',
          path: '/envgroups',
          body: { name, hostnames },
          what: `create the environment group ${name}`,
          signal,
        },
        schema.operation,
      ),
    setHostnames: (group, hostnames, signal) =>
      requests.send(
        {
          method: 'PATCH',
          path: path`/envgroups/${group}`,
          query: { updateMask: 'hostnames' },
          body: { hostnames },
          what: `set the host names of the environment group ${group}`,
          signal,
        },
        schema.operation,
      ),
    deleteEnvironmentGroup: (group, signal) =>
      removal(requests, path`/envgroups/${group}`, `delete the environment group ${group}`, signal),
    listEnvironmentGroupAttachments: (group, signal) =>
      allPages(async (query) => {
        const page = await requests.find(
          {
            method: 'GET',
            path: path`/envgroups/${group}/attachments`,
            query,
            what: `list the environments of the group ${group}`,
            signal,
          },
          schema.environmentGroupAttachmentList,
        );
        // Another gateway's teardown may take its group away between the two lists.
        return { items: page?.environmentGroupAttachments ?? [], next: page?.nextPageToken };
      }),
    createEnvironmentGroupAttachment: (group, environment, signal) =>
      requests.send(
        {
          method: 'POST',
          path: path`/envgroups/${group}/attachments`,
          body: { environment },
          what: `attach the environment ${environment} to the group ${group}`,
          signal,
        },
        schema.operation,
      ),
    deleteEnvironmentGroupAttachment: (group, attachment, signal) =>
      removal(
        requests,
        path`/envgroups/${group}/attachments/${attachment}`,
        `detach an environment from the group ${group}`,
        signal,
      ),
  };
}

function removal(requests: Requests, at: string, what: string, signal: AbortSignal | undefined) {
  const call: ApigeeCall = { method: 'DELETE', path: at, what, signal };
  return requests.find(call, schema.operation);
}

function asProperties(properties: Readonly<Record<string, string>>) {
  return Object.entries(properties).map(([name, value]) => ({ name, value }));
}
