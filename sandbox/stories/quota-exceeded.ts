// Scenario: an exceeded CPU quota at cluster creation.
import type { Story } from './story.ts';

export const quotaExceeded: Story = {
  name: 'quota-exceeded',
  title: 'Quota exceeded at create',
  when: 'Before /llmgw provision.',
  seen: 'The run passes its checks, then fails at "Create cluster". The card names the quota, the missing amount and the page to request more, and offers Retry.',
  ends: 'End it to raise the quota, then select Retry: the run continues from that step.',
  begin: ({ add, seed: { projectId } }) =>
    add({
      service: 'gke',
      operation: '^CreateCluster$',
      action: {
        kind: 'status',
        // Google answers 403, not 429, for an exceeded quota of Compute Engine.
        status: 403,
        headers: {},
        body: `Insufficient regional quota to satisfy request: resource "C2_CPUS": request requires '48.0' and is short '40.0'. project has a quota of '48.0' with '8.0' available. View and manage quotas at https://console.cloud.google.com/iam-admin/quotas?usage=USED&project=${projectId}.`,
      },
    }),
};
