// Scenario: a GKE control plane upgrade, with the cluster's API unavailable.
import type { Story } from './story.ts';

export const controlPlaneUpgraded: Story = {
  name: 'control-plane-upgraded',
  title: 'GKE upgrades the control plane',
  when: 'During a run, after the step "Create cluster".',
  seen: 'The running steps wait. The card says how long the cluster’s API has been unavailable, and that GKE reports RECONCILING with its operation. A teardown waits for the same operation.',
  ends: 'End it, or wait 5 simulated minutes: the steps continue automatically. Cancel works at any time.',
  begin: ({ act }) => act('upgrade-control-plane'),
  end: ({ act }) => act('end-upgrades'),
};
