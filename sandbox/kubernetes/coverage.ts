// Coverage of the Kubernetes API, verb by verb.
import type { CoverageRow } from '../core/coverage.ts';

const concepts = 'https://kubernetes.io/docs/reference/using-api/api-concepts/';
const apply = 'https://kubernetes.io/docs/reference/using-api/server-side-apply/';
const tests = 'sandbox/test/kubernetes';

const row = (method: string, shownBy: string, missing = '', follows = concepts): CoverageRow => ({
  method,
  ...(missing === '' ? { state: 'supported' } : { state: 'partial', missing }),
  follows,
  shownBy: `${tests}/${shownBy}.test.ts`,
});

export const kubernetesCoverage: readonly CoverageRow[] = [
  row('GET /version, /healthz, /livez, /readyz', 'api'),
  row('GET /api, /apis and resource lists', 'kubectl'),
  row(
    'GET /openapi/v3',
    'kubectl',
    'descriptions, and the operations of collections and subresources',
  ),
  row('GET /openapi/v2', 'kubectl', 'it describes no kinds; clients find them in v3'),
  row('get', 'api'),
  row('list', 'revisions'),
  row('watch', 'revisions', 'history from before a restart of the sandbox: answered as expired'),
  row('create', 'api', 'protobuf bodies beyond what helm and `kubectl create` send'),
  row('update', 'api'),
  row('patch', 'kubectl', 'strategic merge knows the merge keys of common lists only'),
  row('apply', 'server-side-apply', '', apply),
  row('delete', 'api', 'grace periods: pods go at once'),
  row('deletecollection', 'api'),
  row('status, scale, finalize', 'kubectl'),
  row('pods/log', 'api', 'following, times and limits in bytes'),
  row('Table and PartialObjectMetadata', 'kubectl'),
  row(
    'authorization, impersonation and reviews of access',
    'access',
    'aggregated roles; whether who grants a role holds its rights',
    'https://kubernetes.io/docs/reference/access-authn-authz/rbac/',
  ),
  row(
    'serviceaccounts/token, pods/eviction',
    'access',
    'audiences, bound objects; disruption budgets',
  ),
  row(
    'CustomResourceDefinition',
    'custom-resources',
    'conversion webhooks, selectable fields, limits on the cost of rules',
    'https://kubernetes.io/docs/tasks/extend-kubernetes/custom-resources/custom-resource-definitions/',
  ),
  row(
    'garbage collection and namespaces',
    'api',
    '',
    'https://kubernetes.io/docs/concepts/architecture/garbage-collection/',
  ),
];
