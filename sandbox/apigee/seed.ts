// Initial Apigee organization of the sandbox: provisioned, with an empty instance.
import type { Seed } from '../core/context.ts';
import type { ApigeeState } from './state.ts';

export function seedApigee(seed: Seed): ApigeeState {
  const { projectId, region, apigeeInstance } = seed;
  return {
    organizations: {
      [projectId]: {
        name: projectId,
        billingType: 'PAYG',
        instances: {
          [apigeeInstance]: {
            name: apigeeInstance,
            location: region,
            runtimeVersion: '1-16-0-apigee-3',
            attachments: {},
          },
        },
        environments: {},
        envgroups: {
          'default-group': {
            name: 'default-group',
            hostnames: [],
            attachments: {},
            createdAt: Date.parse('2026-01-05T17:00:00Z'),
          },
        },
        products: {},
        developers: {},
        operations: {},
      },
    },
  };
}
