// Cloud Billing v1: whether a project is billed.
// https://docs.cloud.google.com/billing/docs/reference/rest/v1/projects/getBillingInfo
import { findProject } from './find-project.ts';
import type { Api } from './serve-api.ts';
import type { GoogleState } from './state.ts';

export function createBilling(state: GoogleState): Api {
  return {
    service: 'billing',
    host: 'cloudbilling.googleapis.com',
    title: 'Cloud Billing API',
    prefix: '/billing',
    methods: [
      {
        id: 'cloudbilling.projects.getBillingInfo',
        verb: 'GET',
        path: '/v1/projects/{project}/billingInfo',
        permission: 'resourcemanager.projects.get',
        answer: (call) => {
          const { projectId, billingAccount } = findProject(state, call.params['project']);
          return {
            name: `projects/${projectId}/billingInfo`,
            projectId,
            billingAccountName: billingAccount,
            billingEnabled: billingAccount !== '',
          };
        },
      },
    ],
  };
}
