// The organization, its instances, their attached environments, and running operations.
import { randomUUID } from 'node:crypto';
import { ApiError, notFound } from '../google/api-error.ts';
import { textOf } from '../google/read-body.ts';
import type { ApiMethod } from '../google/serve-api.ts';
import { environmentOf, instanceOf, organizationOf } from './lookup.ts';
import type { Operations } from './operations.ts';
import { showAttachment, showInstance, showOperation, showOrganization } from './show.ts';
import type { ApigeeState, Organization } from './state.ts';

const root = '/v1/organizations/{organization}';

export function organizationMethods(state: ApigeeState): ApiMethod[] {
  return [
    {
      id: 'apigee.organizations.get',
      verb: 'GET',
      path: root,
      permission: 'apigee.organizations.get',
      answer: (call) => showOrganization(organizationOf(state, call)),
    },
    {
      id: 'apigee.organizations.instances.list',
      verb: 'GET',
      path: `${root}/instances`,
      permission: 'apigee.instances.list',
      answer: (call) => {
        const org = organizationOf(state, call);
        const instances = Object.values(org.instances).map((one) => showInstance(org, one));
        return instances.length === 0 ? {} : { instances };
      },
    },
    {
      id: 'apigee.organizations.instances.get',
      verb: 'GET',
      path: `${root}/instances/{instance}`,
      permission: 'apigee.instances.get',
      answer: (call) => {
        const org = organizationOf(state, call);
        return showInstance(org, instanceOf(org, call));
      },
    },
    {
      id: 'apigee.organizations.operations.list',
      verb: 'GET',
      path: `${root}/operations`,
      permission: 'apigee.operations.list',
      answer: (call) => {
        const operations = Object.values(organizationOf(state, call).operations);
        return { operations: operations.map(showOperation) };
      },
    },
    {
      id: 'apigee.organizations.operations.get',
      verb: 'GET',
      path: `${root}/operations/{operation}`,
      permission: 'apigee.operations.get',
      answer: (call) => {
        const org = organizationOf(state, call);
        const found = org.operations[call.params['operation'] ?? ''];
        if (found === undefined) throw notFound('operation not found');
        return showOperation(found);
      },
    },
  ];
}

export function attachmentMethods(state: ApigeeState, operations: Operations): ApiMethod[] {
  const collection = `${root}/instances/{instance}/attachments`;
  return [
    {
      id: 'apigee.organizations.instances.attachments.list',
      verb: 'GET',
      path: collection,
      permission: 'apigee.instanceattachments.list',
      answer: (call) => {
        const instance = instanceOf(organizationOf(state, call), call);
        const attachments = Object.values(instance.attachments).map(showAttachment);
        return attachments.length === 0 ? {} : { attachments };
      },
    },
    {
      id: 'apigee.organizations.instances.attachments.create',
      verb: 'POST',
      path: collection,
      permission: 'apigee.instanceattachments.create',
      answer: (call) => {
        const org = organizationOf(state, call);
        const instance = instanceOf(org, call);
        const environment = environmentOf(org, textOf(call.body, 'environment'));
        if (environment.state !== 'ACTIVE') {
          throw precondition(`environment "${environment.name}" is in state ${environment.state}`);
        }
        if (
          Object.values(instance.attachments).some((one) => one.environment === environment.name)
        ) {
          throw new ApiError(
            409,
            `environment "${environment.name}" is already attached to instance "${instance.name}"`,
          );
        }
        const attachment = randomUUID();
        const effect = {
          kind: 'attached',
          instance: instance.name,
          attachment,
          environment: environment.name,
        } as const;
        const target = `instances/${instance.name}`;
        return showOperation(operations.start(org, { operationType: 'INSERT', target, effect }));
      },
    },
    {
      id: 'apigee.organizations.instances.attachments.delete',
      verb: 'DELETE',
      path: `${collection}/{attachment}`,
      permission: 'apigee.instanceattachments.delete',
      answer: (call) => {
        const org = organizationOf(state, call);
        const instance = instanceOf(org, call);
        const attachment = call.params['attachment'] ?? '';
        if (instance.attachments[attachment] === undefined) {
          throw notFound(attachmentName(org, instance.name, attachment));
        }
        const effect = { kind: 'detached', instance: instance.name, attachment } as const;
        const target = `instances/${instance.name}`;
        return showOperation(operations.start(org, { operationType: 'DELETE', target, effect }));
      },
    },
  ];
}

export function precondition(message: string): ApiError {
  return new ApiError(400, message, { code: 'FAILED_PRECONDITION' });
}

function attachmentName(org: Organization, instance: string, attachment: string): string {
  return `organizations/${org.name}/instances/${instance}/attachments/${attachment} not found`;
}
