// Story: GKE upgrades the cluster's control plane, and the cluster's API is away meanwhile.
import type { Story } from './story.ts';

export const controlPlaneUpgraded: Story = {
  name: 'control-plane-upgraded',
  title: 'GKE upgrades the control plane',
  when: 'While a run works in the cluster: after "Create cluster" is done.',
  seen: 'The steps at work wait: the card says that the cluster’s API is away, since when, and that GKE says RECONCILING, with its operation. A teardown that comes to the cluster waits for the same operation.',
  ends: 'End it (or wait five simulated minutes): the steps go on by themselves. Cancel works at any time.',
  begin: ({ act }) => act('upgrade-control-plane'),
  end: ({ act }) => act('end-upgrades'),
};
