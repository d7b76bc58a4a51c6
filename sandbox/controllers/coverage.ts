// Coverage of the kinds that the controllers reconcile, with the omissions of each.
import type { CoverageRow } from '../core/coverage.ts';

const kubernetes = 'kubernetes.io, workloads and scheduling';
const gke = 'facts: GKE Gateway controller, as observed in public';
const operator = 'docs.cloud.google.com, Apigee operator for Kubernetes';
const deployments = 'sandbox/test/controllers/deployments.test.ts';
const gateways = 'sandbox/test/controllers/gateways.test.ts';
const apigee = 'sandbox/test/controllers/apigee-operator.test.ts';

export const controllersCoverage: readonly CoverageRow[] = [
  { method: 'Deployment', state: 'supported', follows: kubernetes, shownBy: deployments },
  { method: 'ReplicaSet', state: 'supported', follows: kubernetes, shownBy: deployments },
  {
    method: 'Pod',
    state: 'partial',
    follows: kubernetes,
    shownBy: deployments,
    missing:
      'ordinary init containers end at once; affinity, taints, priorities, exec; logs are a few lines of what the program stands for',
  },
  {
    method: 'Node',
    state: 'partial',
    follows: kubernetes,
    shownBy: deployments,
    missing: 'pressure, drain, autoscaling; system pods take no room',
  },
  {
    method: 'Service',
    state: 'partial',
    follows: kubernetes,
    shownBy: deployments,
    missing: 'load balancers of type LoadBalancer',
  },
  {
    method: 'Gateway',
    state: 'partial',
    follows: gke,
    shownBy: gateways,
    missing: 'TLS, named addresses, load balancers that outlive a deleted cluster',
  },
  {
    method: 'HTTPRoute',
    state: 'partial',
    follows: gke,
    shownBy: gateways,
    missing: 'filters, ReferenceGrants, namespace selectors',
  },
  { method: 'InferencePool', state: 'supported', follows: gke, shownBy: gateways },
  { method: 'HealthCheckPolicy', state: 'supported', follows: gke, shownBy: gateways },
  {
    method: 'GCPBackendPolicy',
    state: 'partial',
    follows: gke,
    shownBy: gateways,
    missing: 'everything but timeoutSec',
  },
  {
    method: 'GCPTrafficExtension',
    state: 'partial',
    follows: gke,
    shownBy: apigee,
    missing: 'callouts to Services and to Google APIs',
  },
  {
    method: 'ApigeeBackendService',
    state: 'partial',
    follows: operator,
    shownBy: apigee,
    missing: 'environments that the operator generates',
  },
  {
    method: 'APIMExtensionPolicy',
    state: 'partial',
    follows: operator,
    shownBy: apigee,
    missing: 'policies that target a Gateway by themselves',
  },
  { method: 'APIProduct', state: 'supported', follows: operator, shownBy: apigee },
  { method: 'APIOperationSet', state: 'supported', follows: operator, shownBy: apigee },
];
