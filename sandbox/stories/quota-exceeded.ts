// Story: the region's CPUs are gone in the moment that the cluster is to be created.
import type { Story } from './story.ts';

export const quotaExceeded: Story = {
  name: 'quota-exceeded',
  title: 'Quota exceeded at create',
  when: 'Before /llmgw provision.',
  seen: 'The run passes its checks and then stops at "Create cluster": Google refuses the nodes, the card names the quota, how much is missing and where to ask for more, and offers Retry.',
  ends: 'End it (the quota is raised) and press Retry: the run goes on from that step.',
  begin: ({ add, seed: { projectId } }) =>
    add({
      service: 'gke',
      operation: '^CreateCluster$',
      action: {
        kind: 'status',
        // Google answers 403, not 429, for a quota of Compute Engine.
        status: 403,
        headers: {},
        body: `Insufficient regional quota to satisfy request: resource "C2_CPUS": request requires '48.0' and is short '40.0'. project has a quota of '48.0' with '8.0' available. View and manage quotas at https://console.cloud.google.com/iam-admin/quotas?usage=USED&project=${projectId}.`,
      },
    }),
};
