// Coverage of load balancer, endpoint picker, traffic extension and Apigee runtime.
import type { CoverageRow } from '../core/coverage.ts';

const gateway = 'sandbox/test/dataplane/gateway.test.ts';
const parts = 'sandbox/test/dataplane/runtime-parts.test.ts';
const faults = 'test/long/faults/faults.test.ts';

const balancer = 'GKE load balancer (Envoy), its answers as seen in public';
const picker = 'gateway-api-inference-extension 1.0, pkg/epp';
const extension = 'networkservices v1, ExtensionChain';
const apigee = 'https://docs.cloud.google.com/apigee/docs/api-platform/reference/policies';

export const dataplaneCoverage: readonly CoverageRow[] = [
  {
    method: 'load balancer: routes by precedence, health checks, time limits',
    state: 'partial',
    follows: balancer,
    shownBy: gateway,
    missing: 'HTTP/2, TLS, route filters, connection draining',
  },
  {
    method: 'load balancer: 404, 500, 503 and 504 of its own, and broken connections to a pod',
    state: 'supported',
    follows: balancer,
    shownBy: faults,
  },
  {
    method: 'endpoint picker: its refusals, pods that are missing, requests that may be dropped',
    state: 'partial',
    follows: picker,
    shownBy: gateway,
    missing:
      'scorers (the pod with the fewest requests is picked), cache use, its rights to list pods',
  },
  {
    method: 'traffic extension: chains, conditions, fail open, a timeout for each message',
    state: 'partial',
    follows: extension,
    shownBy: gateway,
    missing: 'header and body changes; CEL beyond tests of path, method, host and headers',
  },
  {
    method: 'Apigee runtime: hosts, bodies above its limit, an old processor’s 100 kB',
    state: 'supported',
    follows: `${apigee} and the known issues of Apigee`,
    shownBy: gateway,
  },
  {
    method: 'Apigee runtime: VerifyAPIKey, with keys, apps, developers and products in every state',
    state: 'partial',
    follows: `${apigee}/verify-api-key-policy`,
    shownBy: gateway,
    missing: 'texts for a revoked app, an inactive developer and an expired key are composed',
  },
  {
    method: 'Apigee runtime: what it knows of keys and products, for 180 s',
    state: 'supported',
    follows: 'Apigee API, organizations.developers.attributes',
    shownBy: parts,
  },
  {
    method: 'Apigee runtime: Quota, from the first request or on the clock',
    state: 'partial',
    follows: `${apigee}/quota-policy`,
    shownBy: parts,
    missing:
      'rolling windows, weights, counters over regions; a month of the first type has 30 days',
  },
  {
    method: 'Apigee runtime: SpikeArrest through a template',
    state: 'partial',
    follows: `${apigee}/spike-arrest-policy`,
    shownBy: faults,
    missing: 'weights, effective counts; the template’s exact form is not published',
  },
];
