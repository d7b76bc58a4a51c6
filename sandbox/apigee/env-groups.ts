// Environment groups: the host names of an environment.
import { randomUUID } from 'node:crypto';
import { isIP } from 'node:net';
import { ApiError, invalidArgument, notFound } from '../google/api-error.ts';
import { textOf, textsOf } from '../google/read-body.ts';
import type { ApiCall, ApiMethod } from '../google/serve-api.ts';
import { environmentOf, groupOf, organizationOf } from './lookup.ts';
import type { Operations } from './operations.ts';
import { precondition } from './organizations.ts';
import { showGroup, showGroupAttachment, showOperation } from './show.ts';
import type { ApigeeState, Organization } from './state.ts';

const collection = '/v1/organizations/{organization}/envgroups';

export function envGroupMethods(state: ApigeeState, operations: Operations): ApiMethod[] {
  return [...groupMethods(state, operations), ...attachmentMethods(state, operations)];
}

function groupMethods(state: ApigeeState, operations: Operations): ApiMethod[] {
  return [
    {
      id: 'apigee.organizations.envgroups.list',
      verb: 'GET',
      path: collection,
      permission: 'apigee.envgroups.list',
      answer: (call) => {
        const groups = Object.values(organizationOf(state, call).envgroups).map(showGroup);
        return groups.length === 0 ? {} : { environmentGroups: groups };
      },
    },
    {
      id: 'apigee.organizations.envgroups.get',
      verb: 'GET',
      path: `${collection}/{envgroup}`,
      permission: 'apigee.envgroups.get',
      answer: (call) => showGroup(groupOf(organizationOf(state, call), call)),
    },
    {
      id: 'apigee.organizations.envgroups.create',
      verb: 'POST',
      path: collection,
      permission: 'apigee.envgroups.create',
      answer: (call) => {
        const org = organizationOf(state, call);
        const group = textOf(call.body, 'name') || (call.query.get('name') ?? '');
        if (!/^[a-z][a-z0-9-]{0,30}[a-z0-9]$/.test(group)) {
          throw invalidArgument(`invalid environment group name "${group}"`);
        }
        if (org.envgroups[group] !== undefined) {
          throw new ApiError(409, `environment group "${group}" already exists`);
        }
        const effect = {
          kind: 'group-set',
          group,
          hostnames: readHosts(org, group, call),
        } as const;
        const target = `envgroups/${group}`;
        return showOperation(operations.start(org, { operationType: 'INSERT', target, effect }));
      },
    },
    {
      id: 'apigee.organizations.envgroups.patch',
      verb: 'PATCH',
      path: `${collection}/{envgroup}`,
      permission: 'apigee.envgroups.update',
      answer: (call) => {
        const org = organizationOf(state, call);
        const group = groupOf(org, call).name;
        const mask = call.query.get('updateMask');
        if (mask !== null && mask !== 'hostnames') {
          throw invalidArgument(`updateMask may name hostnames only; got "${mask}"`);
        }
        const effect = {
          kind: 'group-set',
          group,
          hostnames: readHosts(org, group, call),
        } as const;
        const target = `envgroups/${group}`;
        return showOperation(operations.start(org, { operationType: 'UPDATE', target, effect }));
      },
    },
    {
      id: 'apigee.organizations.envgroups.delete',
      verb: 'DELETE',
      path: `${collection}/{envgroup}`,
      permission: 'apigee.envgroups.delete',
      answer: (call) => {
        const org = organizationOf(state, call);
        const group = groupOf(org, call);
        if (Object.keys(group.attachments).length > 0) {
          throw precondition(`environment group "${group.name}" has attached environments`);
        }
        const effect = { kind: 'group-gone', group: group.name } as const;
        const target = `envgroups/${group.name}`;
        return showOperation(operations.start(org, { operationType: 'DELETE', target, effect }));
      },
    },
  ];
}

function attachmentMethods(state: ApigeeState, operations: Operations): ApiMethod[] {
  const path = `${collection}/{envgroup}/attachments`;
  return [
    {
      id: 'apigee.organizations.envgroups.attachments.list',
      verb: 'GET',
      path,
      permission: 'apigee.envgroupattachments.list',
      answer: (call) => {
        const group = groupOf(organizationOf(state, call), call);
        const attachments = Object.values(group.attachments);
        const shown = attachments.map((one) => showGroupAttachment(group, one));
        return shown.length === 0 ? {} : { environmentGroupAttachments: shown };
      },
    },
    {
      id: 'apigee.organizations.envgroups.attachments.create',
      verb: 'POST',
      path,
      permission: 'apigee.envgroupattachments.create',
      answer: (call) => {
        const org = organizationOf(state, call);
        const group = groupOf(org, call);
        const { name } = environmentOf(org, textOf(call.body, 'environment'));
        if (Object.values(group.attachments).some((one) => one.environment === name)) {
          throw new ApiError(
            409,
            `environment "${name}" is already attached to environment group "${group.name}"`,
          );
        }
        const effect = {
          kind: 'group-attached',
          group: group.name,
          attachment: randomUUID(),
          environment: name,
        } as const;
        const target = `envgroups/${group.name}`;
        return showOperation(operations.start(org, { operationType: 'INSERT', target, effect }));
      },
    },
    {
      id: 'apigee.organizations.envgroups.attachments.delete',
      verb: 'DELETE',
      path: `${path}/{attachment}`,
      permission: 'apigee.envgroupattachments.delete',
      answer: (call) => {
        const org = organizationOf(state, call);
        const group = groupOf(org, call);
        const attachment = call.params['attachment'] ?? '';
        if (group.attachments[attachment] === undefined) {
          throw notFound(`attachment ${attachment} of ${group.name} not found`);
        }
        const effect = { kind: 'group-detached', group: group.name, attachment } as const;
        const target = `envgroups/${group.name}`;
        return showOperation(operations.start(org, { operationType: 'DELETE', target, effect }));
      },
    },
  ];
}

/** A host name belongs to only one group. */
function readHosts(org: Organization, group: string, call: ApiCall): string[] {
  const hostnames = textsOf(call.body, 'hostnames');
  const wrong = hostnames.find((host) => !/^(\*\.)?[a-z0-9.-]{1,253}$/.test(host));
  if (wrong !== undefined) throw invalidArgument(`invalid hostname "${wrong}"`);
  const unnamed = hostnames.find((host) => isIP(host) !== 0 || !host.includes('.'));
  if (unnamed !== undefined) {
    throw invalidArgument(
      `invalid hostname "${unnamed}": must be a fully qualified domain name (FQDN)`,
    );
  }
  for (const other of Object.values(org.envgroups)) {
    const taken = hostnames.find((host) => other.hostnames.includes(host));
    if (other.name !== group && taken !== undefined) {
      throw new ApiError(
        409,
        `hostname "${taken}" is already used by environment group "${other.name}"`,
      );
    }
  }
  return hostnames;
}
