// Temporary refusals, which each client converts to a retryable fault.
import { describe, expect, test } from 'vitest';
import { refusalError } from '../../src/clients/apigee/fault.ts';
import { gkeFault } from '../../src/clients/gke/faults.ts';
import { googleFault } from '../../src/clients/google/call.ts';
import { helmFault } from '../../src/clients/helm/faults.ts';
import { kubernetesFault } from '../../src/clients/kubernetes/faults.ts';
import type { Fault } from '../../src/kernel/errors.ts';

const FAILED_PRECONDITION = 9;
const ABORTED = 10;
const INVALID_ARGUMENT = 3;
const gke = (code: number, details: string, reason?: string): Fault => {
  const error = Object.assign(new Error(details), { code, details, reason });
  return gkeFault(error, { doing: 'Deleting cluster infgw-cluster', projectId: 'llm-demo' }).fault;
};

describe('GKE over gRPC', () => {
  const operation = 'operation-1764512345678-0a1b2c3d';
  test.each([
    [
      FAILED_PRECONDITION,
      `Operation ${operation} is currently upgrading cluster infgw-cluster. Please wait and try again once it is done.`,
    ],
    [
      FAILED_PRECONDITION,
      `Operation ${operation} is currently deleting node pool default-pool. Please wait and try again once it is done.`,
    ],
    [FAILED_PRECONDITION, `Operation ${operation} is still repairing cluster infgw-cluster.`],
    [FAILED_PRECONDITION, `Cluster is running incompatible operation ${operation}.`],
    [ABORTED, `Operation ${operation} on cluster infgw-cluster is in progress.`],
    [INVALID_ARGUMENT, `Cluster is running incompatible operation ${operation}.`],
    [FAILED_PRECONDITION, `Cluster infgw-cluster has an operation in progress: ${operation}.`],
    [FAILED_PRECONDITION, `Please wait for ${operation} to finish.`],
    [
      FAILED_PRECONDITION,
      `Operation ${operation} must complete before the cluster can be deleted.`,
    ],
  ])('code %i, "%s" waits for the operation', (code, details) => {
    expect(gke(code, details)).toMatchObject({
      kind: 'transient',
      code: expect.stringMatching(/^(busy|conflict)$/),
      untilDeadline: true,
      details: { waitsFor: operation },
    });
  });

  test.each([
    'There is already an operation in progress for cluster infgw-cluster.',
    'Cluster infgw-cluster has node pools being upgraded.',
    'Node pool default-pool is not in RUNNING state: currently RECONCILING',
    'Cluster infgw-cluster is currently rotating its credentials.',
    'Cannot delete the cluster while node pool default-pool is in STOPPING state.',
    'Cluster infgw-cluster is being auto-repaired.',
    'Please wait and try again.',
    'An upgrade of the cluster is in progress.',
    'The last operation has not finished yet.',
  ])('"%s" is waited for without the name of an operation', (details) => {
    expect(gke(FAILED_PRECONDITION, details)).toMatchObject({ kind: 'transient', code: 'busy' });
  });

  test.each([
    `DeleteCluster cannot run until ${operation} finishes.`,
    'Node pool p is being drained.',
    'Master is upgrading.',
    'The control plane is currently restarting.',
    'Nodes of the pool default-pool are being cordoned.',
    'Deletion is not possible during an upgrade.',
    'A resize of node pool p is under way.',
    'The cluster has an unfinished operation.',
    'Cannot delete the cluster before the running node pool upgrade is complete.',
    'The request was queued behind another operation.',
    `Request conflicts with ${operation}.`,
    'The cluster is undergoing automatic maintenance.',
    'Cluster infgw-cluster is busy.',
    'Could not acquire the cluster lock.',
    'Node pool status: RECONCILING.',
    'The repair of the nodes is yet to complete.',
    'Not allowed until the cluster is ready.',
    'The cluster is in the middle of rotating credentials.',
    'An in-progress auto-upgrade blocks this request.',
    `Waiting on ${operation}.`,
    'Cluster is blocked by a running operation of another client.',
    'Operation is pending on the cluster; retry in 30 seconds.',
    'Cluster is temporarily not accepting requests.',
    'Please wait until the upgrade finishes, then delete the cluster.',
    'Once the operation is done, delete the cluster again. It is in progress.',
    `Operation ${operation} is currently disabling deletion protection on cluster x.`,
    'The node pool is shutting down.',
    'Instance group is still scaling down.',
    'The subnetwork is being modified.',
    'The master has not yet been upgraded completely: the update has not been completed.',
    'Delete operation in progress.',
    'DeleteCluster is not allowed until UpgradeNodes completes.',
    `UpdateCluster ${operation} still running`,
    `Cluster infgw-cluster is being worked on by ${operation}.`,
    'GKE is upgrading the control plane.',
    'Some nodes are draining.',
    'Update of the cluster is under way; try again later.',
    // The names of resources do not indicate the kind of obstacle.
    'the resource is locked by another operation where environment billing is currently being created',
    'the resource is locked by another operation where environment quota is currently being created',
    'the resource is locked by another operation where environment suspended-eval is currently being deleted',
    'Cluster billing-gw is currently being repaired. Please try again later.',
    'Cluster license-eu is running incompatible operation operation-1764512345678-0a1b2c3d.',
    "Node pool 'approval' is being drained.",
    "The resource 'projects/billing-prod/regions/r/subnetworks/proxy-only' is not ready",
  ])('a message about a temporary state is waited for: "%s"', (details) => {
    expect(gke(FAILED_PRECONDITION, details)).toMatchObject({
      kind: 'transient',
      code: 'busy',
      untilDeadline: true,
    });
  });

  test.each([
    [FAILED_PRECONDITION, 'Cluster is currently pinning release channel version; unenroll first.'],
    [ABORTED, 'Deletion protection is enabled.'],
    [FAILED_PRECONDITION, 'Billing of project billing-prod is off; the cluster is being stopped.'],
    [FAILED_PRECONDITION, 'Constraint constraints/compute.vmExternalIpAccess is violated.'],
    [FAILED_PRECONDITION, 'The cluster is deletion-protected; it is currently being repaired.'],
    [ABORTED, 'Detach the node pool first.'],
    [ABORTED, 'The cluster is currently subscribed to RAPID; leave the channel first.'],
    [ABORTED, 'Renounce the reservation first.'],
    [ABORTED, 'You have to remove the lien before this call.'],
    [ABORTED, 'Contact support to release the cluster.'],
    [ABORTED, 'The backup plan must be deleted first. Try again later.'],
    [FAILED_PRECONDITION, 'Cluster is being upgraded by a pinned channel; please unpin it.'],
    [FAILED_PRECONDITION, 'A maintenance exclusion is in progress: the update is pending.'],
    [FAILED_PRECONDITION, 'Deletion protection is being enforced by an ongoing operation.'],
    [FAILED_PRECONDITION, 'The cluster you are creating needs a subnetwork.'],
    [FAILED_PRECONDITION, 'No operation in progress to cancel.'],
    [FAILED_PRECONDITION, 'The cluster is running a version without this feature.'],
    [FAILED_PRECONDITION, 'Please enable billing and wait a few minutes.'],
    [INVALID_ARGUMENT, 'The node pool is using an image that is not ready. Choose another image.'],
    [
      FAILED_PRECONDITION,
      'An administrator must approve the change; try again after that is done.',
    ],
    [FAILED_PRECONDITION, 'Quota of in-use addresses is used up. Please wait, or raise it.'],
    [ABORTED, 'The organization policy constraints/gcp.x denies it.'],
    [FAILED_PRECONDITION, 'The cluster is protected from being deleted.'],
  ])('code %i, "%s" needs a person and fails at once', (code, details) => {
    expect(gke(code, details)).toMatchObject({ kind: 'permanent', code: 'rejected' });
  });

  test('an abort without a required action is retried', () => {
    expect(gke(ABORTED, 'The transaction was aborted.')).toMatchObject({
      kind: 'transient',
      code: 'conflict',
    });
  });

  test('a documented reason takes precedence over the message', () => {
    const fault = gke(FAILED_PRECONDITION, 'No.', 'CLUSTER_ALREADY_HAS_OPERATION');
    expect(fault).toMatchObject({ kind: 'transient', code: 'busy', untilDeadline: true });
  });

  test.each([
    [FAILED_PRECONDITION, 'Workload Identity must be enabled on the cluster.', 'rejected'],
    [FAILED_PRECONDITION, 'Deletion protection is enabled on the cluster.', 'rejected'],
    [INVALID_ARGUMENT, 'Master version "1.1" is unsupported.', 'rejected'],
    [INVALID_ARGUMENT, 'Invalid machine type. Please try again with a valid one.', 'rejected'],
    [INVALID_ARGUMENT, 'Network "x" does not exist. Please retry after creating it.', 'rejected'],
    [FAILED_PRECONDITION, 'Please enable billing and retry again later.', 'rejected'],
    [FAILED_PRECONDITION, 'Deletion protection is currently preventing the deletion.', 'rejected'],
    [FAILED_PRECONDITION, 'Deletion protection keeps it from being deleted.', 'rejected'],
    [FAILED_PRECONDITION, 'Creation is locked by an organization policy.', 'rejected'],
    [INVALID_ARGUMENT, 'The cluster is currently running 1.29, which is too old.', 'rejected'],
    [FAILED_PRECONDITION, 'The operation failed to complete: no subnetwork.', 'rejected'],
    [FAILED_PRECONDITION, 'Too few addresses. Request more quota or try again later.', 'rejected'],
    [
      FAILED_PRECONDITION,
      'The zone does not have enough resources available to fulfill the request. Try a different zone, or try again later.',
      'no_capacity',
    ],
  ])('code %i, "%s" is a permanent fault', (code, details, expected) => {
    expect(gke(code, details)).toMatchObject({ kind: 'permanent', code: expected });
  });
});

const rest = (status: number, error: object): Fault => {
  const thrown = Object.assign(new Error('refused'), {
    response: { status, data: { error: { code: status, message: 'No.', ...error } } },
  });
  return googleFault(thrown, {
    doing: 'Changing',
    service: 'compute.googleapis.com',
    projectId: 'llm-demo',
  }).fault;
};

describe('Google over REST', () => {
  test.each<[string, number, object, Partial<Fault>]>([
    [
      'GKE, a conflicting operation',
      400,
      {
        status: 'FAILED_PRECONDITION',
        message: 'Cluster is running incompatible operation operation-1-a.',
      },
      { code: 'busy', untilDeadline: true, details: { waitsFor: 'operation-1-a' } },
    ],
    [
      'Compute, a resource that is not ready, without a status',
      400,
      {
        message: "The resource 'projects/p/regions/r/subnetworks/s' is not ready",
        errors: [{ reason: 'resourceNotReady' }],
      },
      { code: 'busy', untilDeadline: true },
    ],
    [
      'Compute, a resource in use',
      400,
      { errors: [{ reason: 'resourceInUseByAnotherResource' }] },
      { code: 'in_use', untilDeadline: true },
    ],
    [
      'Compute, too many operations on a resource',
      403,
      {
        message: "Operation rate exceeded for resource 'projects/p'.",
        errors: [{ reason: 'rateLimitExceeded' }],
        details: [{ reason: 'RESOURCE_OPERATION_RATE_EXCEEDED' }],
      },
      { code: 'rate_limited' },
    ],
    [
      'IAM, a policy changed by another writer',
      409,
      {
        status: 'ABORTED',
        message:
          'There were concurrent policy changes. Please retry the whole read-modify-write with exponential backoff.',
      },
      { code: 'conflict', untilDeadline: true },
    ],
    [
      'IAM, the same without a status',
      409,
      { message: 'There were concurrent policy changes.' },
      { code: 'conflict', untilDeadline: true },
    ],
    [
      'Resource Manager, a stale etag',
      409,
      { message: 'The etag provided does not match the current policy.' },
      { code: 'conflict', untilDeadline: true },
    ],
    [
      'Service Usage, another operation',
      400,
      {
        status: 'FAILED_PRECONDITION',
        message: 'Another operation on the services of the project is in progress.',
      },
      { code: 'busy', untilDeadline: true },
    ],
    [
      'Service Usage, a rate',
      429,
      {
        status: 'RESOURCE_EXHAUSTED',
        message: "Quota exceeded for quota metric 'Mutate requests' and limit 'per minute'.",
      },
      { code: 'rate_limited' },
    ],
  ])('%s', (_name, status, error, expected) => {
    expect(rest(status, error)).toMatchObject({ kind: 'transient', ...expected });
  });

  test.each(['Another activation or deactivation is in progress', 'Activation is pending.'])(
    'Service Usage: %s',
    (message) => {
      expect(rest(400, { status: 'FAILED_PRECONDITION', message })).toMatchObject({ code: 'busy' });
    },
  );

  test('a bare 409 for an existing name is refused as already existing', () => {
    const taken = rest(409, { message: "The resource 'x' already exists" });
    expect(taken).toMatchObject({ kind: 'refused', code: 'already_exists' });
    const byReason = rest(409, { errors: [{ reason: 'alreadyExists' }] });
    expect(byReason).toMatchObject({ kind: 'refused', code: 'already_exists' });
  });
});

const apigee = (status: number, error: object): Fault =>
  refusalError({
    what: 'create the environment a',
    organization: 'llm-demo',
    status,
    body: JSON.stringify({ error: { code: status, ...error } }),
    retryAfter: null,
  }).fault;

describe('Apigee', () => {
  const locked =
    'the resource is locked by another operation where environment b is currently being created';
  test.each([
    [400, { status: 'FAILED_PRECONDITION', message: `${locked} ("organizations/o/operations/1")` }],
    [400, { message: locked }],
    [400, { status: 'INVALID_ARGUMENT', message: locked }],
    [409, { status: 'ABORTED', message: locked }],
    [409, { message: `The resource organizations/o/instances/i is locked by operation 7` }],
    [400, { status: 'FAILED_PRECONDITION', message: 'instance i is currently being updated' }],
    [400, { status: 'FAILED_PRECONDITION', message: 'environment b is in state CREATING' }],
    [409, { status: 'ALREADY_EXISTS', message: locked }],
    [423, { message: 'Locked' }],
    [
      400,
      {
        status: 'FAILED_PRECONDITION',
        message: 'Precondition check failed.',
        details: [{ metadata: { n: 1 }, violations: [{ type: 'LOCK', description: locked }] }],
      },
    ],
    [400, { status: 'FAILED_PRECONDITION', message: locked, details: null }],
    [400, { message: 'there is an operation in progress for environment b' }],
    [400, { message: 'environment b: wait for the detach operation to complete' }],
  ])('%i %j is waited for', (status, error) => {
    expect(apigee(status, error)).toMatchObject({
      kind: 'transient',
      code: expect.stringMatching(/^(busy|conflict)$/),
      untilDeadline: true,
    });
  });

  test.each([locked, JSON.stringify([{ error: { code: 400, message: locked } }])])(
    'a lock in another envelope is waited for: %s',
    (body) => {
      const refusal = { what: 'create the environment a', organization: 'llm-demo', status: 400 };
      const { fault } = refusalError({ ...refusal, body, retryAfter: null });
      expect(fault).toMatchObject({ kind: 'transient', code: 'busy', untilDeadline: true });
      expect(fault.message).toContain(locked);
    },
  );

  test.each([
    { fault: { faultstring: locked, detail: { errorcode: 'environments.ResourceLocked' } } },
    { error: locked },
    { error: 'failed_precondition', error_description: locked },
    { error: { code: 400, errors: [{ message: locked, reason: 'failedPrecondition' }] } },
    { code: 'messaging.config.beans.ResourceLocked', message: locked, contexts: [] },
    { status: 'FAILED_PRECONDITION', message: locked },
    { errors: [{ message: locked }] },
    { type: 'about:blank', title: 'Conflict', status: 409, detail: locked },
    { detail: locked },
    { error: { message: 'No.', status: 'ABORTED', details: [{ description: locked }] } },
    locked,
  ])('a lock in the envelope %j is waited for and reported', (envelope) => {
    const refusal = { what: 'create the environment a', organization: 'llm-demo', status: 400 };
    const body = JSON.stringify(envelope);
    const { fault } = refusalError({ ...refusal, body, retryAfter: null });
    expect(fault).toMatchObject({ kind: 'transient', code: 'busy', untilDeadline: true });
    expect(fault.message).toContain(locked);
  });

  test("the runtime's error code is kept as the reason", () => {
    const body = JSON.stringify({
      fault: { faultstring: 'The name is too long', detail: { errorcode: 'names.TooLong' } },
    });
    const refusal = { what: 'create the environment a', organization: 'llm-demo', status: 400 };
    expect(refusalError({ ...refusal, body, retryAfter: null }).fault).toMatchObject({
      kind: 'permanent',
      code: 'rejected',
      details: { reason: 'names.TooLong' },
    });
  });

  test('a page of HTML is not part of the message', () => {
    const refusal = { what: 'create the environment a', organization: 'llm-demo', status: 502 };
    const { fault } = refusalError({ ...refusal, body: '<html>Locked</html>', retryAfter: null });
    expect(fault.message).toBe('Apigee refused to create the environment a: HTTP 502');
  });

  test.each([
    [400, 'FAILED_PRECONDITION', 'environment "b" is attached to an instance; detach it first'],
    [400, 'FAILED_PRECONDITION', 'undeployment validations failed'],
    [409, 'ALREADY_EXISTS', 'environment "b" already exists'],
    [409, 'ABORTED', 'detach the environment first'],
    [400, 'FAILED_PRECONDITION', 'the organization is locked, as its billing account is closed'],
  ])('%i %s "%s" is a permanent fault', (status, google, message) => {
    expect(apigee(status, { status: google, message })).toMatchObject({ kind: 'permanent' });
  });
});

describe("an outage of the cluster's API", () => {
  const server = 'https://10.0.0.1';
  test.each([
    'Error: Kubernetes cluster unreachable: Get "https://10.0.0.1/version": dial tcp 10.0.0.1:443: connect: connection refused',
    'Error: UPGRADE FAILED: the server is currently unable to handle the request (get secrets)',
    'Error: the server was unable to return a response in the time allotted, but may still be processing the request',
    'Error: Get "https://10.0.0.1/api/v1/namespaces/apim/secrets": read tcp 10.0.0.2:1->10.0.0.1:443: read: connection reset by peer',
    'Error: Get "https://10.0.0.1/version": net/http: TLS handshake timeout',
    'Error: Get "https://10.0.0.1/version": unexpected EOF',
    'Error: http2: server sent GOAWAY and closed the connection',
    'Error: etcdserver: request timed out',
    'Error: apiserver not ready',
    'Error: could not get apiVersions from Kubernetes: unable to retrieve the complete list of server APIs: metrics.k8s.io/v1beta1: stale GroupVersion discovery: metrics.k8s.io/v1beta1',
  ])('helm: an outage is waited for: %s', (stderr) => {
    const seen = { doing: 'Installing', stderr, plainHttp: false, server };
    expect(helmFault(new Error('exit 1'), seen).fault).toMatchObject({
      kind: 'transient',
      code: 'unavailable',
      untilDeadline: true,
      details: { away: 'cluster_api' },
    });
  });

  test.each([
    'Error: UPGRADE FAILED: Operation cannot be fulfilled on deployments.apps "o": the object has been modified; please apply your changes to the latest version and try again',
    'Error: INSTALLATION FAILED: secrets "o" is forbidden: unable to create new content in namespace apim because it is being terminated',
    'Error: INSTALLATION FAILED: no matches for kind "APIProduct" in version "apim.googleapis.com/v1alpha1"',
  ])('helm: a temporary state is retried: %s', (stderr) => {
    const seen = { doing: 'Installing', stderr, plainHttp: false, server };
    expect(helmFault(new Error('exit 1'), seen).fault).toMatchObject({
      kind: 'transient',
      code: 'conflict',
    });
  });

  test("helm: another owner's field is a conflict and not an outage", () => {
    const stderr =
      'Error: UPGRADE FAILED: conflict occurred while applying object apim/o apps/v1, Kind=Deployment: Apply failed with 1 conflict: conflict with "kubectl" using apps/v1: .spec.replicas';
    const seen = { doing: 'Installing', stderr, plainHttp: false, server };
    expect(helmFault(new Error('exit 1'), seen).fault).toMatchObject({
      kind: 'refused',
      code: 'field_conflict',
    });
  });

  test('helm: a chart registry with a wrong name is not waited for until the deadline', () => {
    const stderr = 'Error: dial tcp: lookup charts.example: no such host';
    const seen = { doing: 'Installing', stderr, plainHttp: false, server };
    expect(helmFault(new Error('exit 1'), seen).fault.untilDeadline).toBeUndefined();
  });

  test.each([
    [
      'Error: UPGRADE FAILED: cannot patch "o" with kind Deployment: Deployment.apps "o" is invalid: spec.template.spec.containers[0].ports[0].containerPort: Invalid value: 503: must be less',
      'rejected',
    ],
    [
      'Error: INSTALLATION FAILED: parse error at (apigee/templates/o.yaml:500): unexpected EOF',
      'rejected',
    ],
    [
      'Error: Kubernetes cluster unreachable: the server has asked for the client to provide credentials',
      'denied',
    ],
  ])('helm: a permanent refusal is not waited for: %s', (stderr, code) => {
    const seen = { doing: 'Installing', stderr, plainHttp: false, server };
    expect(helmFault(new Error('exit 1'), seen).fault).toMatchObject({ kind: 'permanent', code });
  });

  test.each([
    'Error: INSTALLATION FAILED: failed to perform "FetchReference" on source: GET "https://charts.example/v2/x/manifests/1": response status code 503: Service Unavailable',
    'Error: INSTALLATION FAILED: unexpected status from HEAD request to https://charts.example/v2/x: 502 Bad Gateway',
    'Error: INSTALLATION FAILED: GET "https://charts.example/v2/x": response status code 429: toomanyrequests',
  ])('helm: an unavailable chart registry is waited for: %s', (stderr) => {
    const seen = { doing: 'Installing', stderr, plainHttp: false, server };
    expect(helmFault(new Error('exit 1'), seen).fault).toMatchObject({
      kind: 'transient',
      code: 'unavailable',
      untilDeadline: true,
    });
  });

  test.each([
    [500, 'Internal error occurred: failed calling webhook "x": connect: connection refused'],
    [429, 'Too many requests, please try again later.'],
  ])('Kubernetes: %i "%s" is waited for until the deadline', (code, message) => {
    const error = Object.assign(new Error('refused'), { code, body: JSON.stringify({ message }) });
    expect(kubernetesFault(error, 'Applying').fault).toMatchObject({
      kind: 'transient',
      untilDeadline: true,
    });
  });

  test.each([
    Object.assign(new Error('refused'), { code: 'ECONNREFUSED' }),
    Object.assign(new Error('reset'), { code: 'ECONNRESET' }),
    Object.assign(new Error('tls'), { code: 'ERR_SSL_WRONG_VERSION_NUMBER' }),
    Object.assign(new Error('503'), { code: 503, body: '' }),
    Object.assign(new Error('500'), {
      code: 500,
      body: '{"message":"etcdserver: leader changed"}',
    }),
    Object.assign(new Error('502'), { code: 502, body: '<html>' }),
    Object.assign(new Error('504'), { code: 504, body: '{}' }),
  ])('Kubernetes: an outage is waited for: %s', (error) => {
    expect(kubernetesFault(error, 'Applying').fault).toMatchObject({
      kind: 'transient',
      code: 'unavailable',
      untilDeadline: true,
      details: { away: 'cluster_api' },
    });
  });
});
