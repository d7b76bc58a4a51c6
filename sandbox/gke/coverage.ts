// Coverage of GKE, method by method.
import type { CoverageRow } from '../core/coverage.ts';

const follows =
  'https://docs.cloud.google.com/kubernetes-engine/docs/reference/rpc/google.container.v1';
const shownBy = 'sandbox/test/gke/clusters.test.ts';
const row = (name: string): { method: string; follows: string; shownBy: string } => ({
  method: `ClusterManager.${name}`,
  follows,
  shownBy,
});

export const gkeCoverage: readonly CoverageRow[] = [
  {
    ...row('CreateCluster'),
    state: 'partial',
    missing:
      'Autopilot, private clusters, several zones, and fields that the sandbox does not act on',
  },
  { ...row('GetCluster'), state: 'partial', missing: 'fields that the sandbox does not act on' },
  { ...row('ListClusters'), state: 'partial', missing: 'as GetCluster' },
  { ...row('DeleteCluster'), state: 'supported' },
  { ...row('GetServerConfig'), state: 'partial', missing: 'the real list of versions' },
  { ...row('GetOperation'), state: 'supported' },
  { ...row('ListOperations'), state: 'supported' },
  {
    ...row('CancelOperation'),
    state: 'partial',
    missing: 'creations and deletions cannot be cancelled, and there are no others',
  },
];
