// What the data plane imitates of load balancer, endpoint picker and Apigee runtime.
import type { CoverageRow } from '../core/coverage.ts';

const shownBy = 'test/sandbox/dataplane/gateway.test.ts';

export const dataplaneCoverage: readonly CoverageRow[] = [
  {
    method: 'load balancer',
    state: 'partial',
    follows: 'facts: answers of the GKE load balancer, as observed in public',
    shownBy,
    missing: 'HTTP/2, TLS, route filters, connection draining',
  },
  {
    method: 'endpoint picker',
    state: 'partial',
    follows: 'gateway-api-inference-extension 1.0, pkg/epp',
    shownBy,
    missing:
      'scorers (the pod with the fewest requests is picked), saturation, objectives, its rights to list pods',
  },
  {
    method: 'traffic extension',
    state: 'partial',
    follows: 'networkservices v1, ExtensionChain',
    shownBy,
    missing: 'header and body changes; CEL beyond tests of path, method, host and headers',
  },
  {
    method: 'Apigee runtime',
    state: 'partial',
    follows: 'facts: faults of the Apigee operator’s default security',
    shownBy,
    missing: 'spike arrest, templates and further policies; RaiseFault is assumed to answer 500',
  },
];
