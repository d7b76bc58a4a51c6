// The Apigee operator of a cluster: presence, organization and Google Cloud permissions.
import type { KubeObject } from '../../kubernetes/cluster.ts';
import { isTrue } from '../conditions.ts';
import type { ControllerDeps } from '../deps.ts';
import { kinds } from '../kinds.ts';
import type { Pass } from '../loop.ts';
import { readDeployment, readPodSpec } from '../workload.ts';

export const operatorName = 'apigee-apim-operator';

/** Project roles that the operator's calls require. */
export const operatorRoles = [
  'roles/apigee.admin',
  'roles/networkservices.serviceExtensionsAdmin',
  'roles/compute.networkAdmin',
  'roles/compute.loadBalancerAdmin',
];

export interface Operator {
  readonly namespace: string;
  readonly projectId: string;
  readonly organization: string;
  /** The chart's value generateEnv. */
  readonly generatesEnvironment: boolean;
  readonly serviceAccount: string;
}

const stuckMs = 10_000;

/** The running operator; undefined, and inactive, while its Deployment is missing or not Available. */
export function findOperator(pass: Pass): Operator | undefined {
  if (pass.faults.hasTrouble('operator-stuck')) {
    pass.again(stuckMs);
    return undefined;
  }
  const deployment = pass
    .list(kinds.deployment)
    .find((one) => one.metadata.name === operatorName && isTrue(one['status'], 'Available'));
  if (deployment === undefined) return undefined;
  const spec = readPodSpec(readDeployment(deployment).template.spec);
  const variable = (name: string): string | undefined =>
    spec.containers.flatMap((one) => one.env).find((one) => one.name === name)?.value;
  const projectId = variable('PROJECT_ID') ?? pass.cluster.spec.projectId;
  return {
    namespace: deployment.metadata.namespace ?? 'default',
    projectId,
    organization: variable('APIGEE_ORG') ?? projectId,
    generatesEnvironment: variable('GENERATE_ENV')?.toUpperCase() === 'TRUE',
    serviceAccount: spec.serviceAccountName,
  };
}

/** True once Workload Identity maps to a service account with every role, all propagated. */
export function mayAct(pass: Pass, operator: Operator, deps: ControllerDeps): boolean {
  const account = pass.get(kinds.serviceAccount, operator.namespace, operator.serviceAccount);
  const email = account?.metadata.annotations?.['iam.gke.io/gcp-service-account'];
  const pool = pass.cluster.spec.workloadPool;
  if (email === undefined || pool === undefined) return false;
  const { identity } = deps;
  return (
    identity.serviceAccountExists(email) &&
    identity.mayActAs(
      `serviceAccount:${pool}[${operator.namespace}/${operator.serviceAccount}]`,
      email,
    ) &&
    operatorRoles.every((role) =>
      identity.hasProjectRole(operator.projectId, `serviceAccount:${email}`, role),
    )
  );
}

export const failed = 'Create_Update_Failed';
export const deniedError = 'Permission denied';

export const finalizer = 'apim.googleapis.com/finalizer';

export function addFinalizer(
  pass: Pass,
  object: KubeObject,
  ref: Parameters<Pass['store']['update']>[0],
): void {
  if (object.metadata.finalizers?.includes(finalizer)) return;
  pass.store.update(ref, (edited) => {
    edited.metadata.finalizers = [...(edited.metadata.finalizers ?? []), finalizer];
  });
}

export function removeFinalizer(pass: Pass, ref: Parameters<Pass['store']['update']>[0]): void {
  pass.store.update(ref, (edited) => {
    edited.metadata.finalizers = (edited.metadata.finalizers ?? []).filter(
      (one) => one !== finalizer,
    );
  });
}
