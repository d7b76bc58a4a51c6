// Factory of the Apigee client.
import type { ApigeeClient, ApigeeOptions } from './client.ts';
import { createDeployments } from './deployments.ts';
import { createDevelopers } from './developers.ts';
import { createEnvironments } from './environments.ts';
import { createOrganizations } from './organizations.ts';
import { createRequests } from './request.ts';
import { createStatistics } from './statistics.ts';

export function createApigee(options: ApigeeOptions): ApigeeClient {
  const requests = createRequests(options);
  return {
    ...createOrganizations(requests),
    ...createEnvironments(requests),
    ...createDeployments(requests),
    ...createDevelopers(requests),
    ...createStatistics(requests),
  };
}
