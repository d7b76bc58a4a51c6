// Cloud Billing: the billing state of a project.
import type { AccessTokens } from '../shared/access-tokens.ts';
import { createCallGoogle } from './call.ts';
import { billing as billingAnswer } from './schema.ts';

export interface BillingClient {
  isEnabled(projectId: string): Promise<boolean>;
}

export function createBilling(tokens: AccessTokens, rootUrl: string): BillingClient {
  const call = createCallGoogle(tokens, 'cloudbilling.googleapis.com', rootUrl);
  return {
    isEnabled: async (projectId) => {
      const { cloudbilling } = await import('googleapis/build/src/apis/cloudbilling/index.js');
      const api = cloudbilling({ version: 'v1' }).projects;
      const answer = await call(
        { doing: `Reading the billing of ${projectId}`, projectId },
        (auth, options) => api.getBillingInfo({ name: `projects/${projectId}`, auth }, options),
        billingAnswer,
      );
      return answer.billingEnabled;
    },
  };
}
