// Gateway configuration of the provisioning tests, for which the sandbox's project is seeded.
import type { GatewayConfig } from '../../../src/kernel/config.ts';

export const gatewayConfig: GatewayConfig = {
  name: 'default',
  projectId: 'llm-demo',
  apigeeOrg: 'llm-demo',
  apigeeEnv: 'apim-op-env',
  network: 'default',
  subnet: 'default',
  pscSubnet: 'default',
  region: 'us-central1',
  apigeeRegion: 'us-central1',
  zone: 'us-central1-a',
  clusterName: 'infgw-cluster',
  machineType: 'c2-standard-16',
  nodeCount: 3,
  model: 'Qwen/Qwen2.5-1.5B-Instruct',
  port: 80,
  quota: { limit: 5, interval: 1, timeUnit: 'minute' },
  keyApproval: 'auto',
  appsPerPerson: 3,
};
