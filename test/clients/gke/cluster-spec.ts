// The cluster of the sample, small enough for every test.
import type { ClusterSpec } from '../../../src/clients/gke/client.ts';

export const clusterSpec: ClusterSpec = {
  projectId: 'llm-demo',
  location: 'us-central1-a',
  name: 'infgw-cluster',
  network: 'default',
  subnetwork: 'default',
  machineType: 'c2-standard-16',
  diskType: 'pd-standard',
  nodeCount: 3,
  workloadPool: 'llm-demo.svc.id.goog',
  gatewayApiChannel: 'CHANNEL_STANDARD',
  releaseChannel: 'RAPID',
  monitoring: ['SYSTEM_COMPONENTS', 'DCGM'],
  labels: { 'managed-by': 'llmgw' },
};
