// Identity of the Apigee operator: its service account, its roles and missing ones.
import type { GatewayConfig } from '../../../src/kernel/config.ts';
import { operatorAccountId } from '../../../src/gateway/resources.ts';
import type { Context } from '../../../src/gateway/objects.ts';

const workloadIdentityUser = 'roles/iam.workloadIdentityUser';
/** Roles of the operator's service account on the project. */
export const projectRoles = [
  'roles/apigee.admin',
  'roles/networkservices.serviceExtensionsAdmin',
  'roles/compute.networkAdmin',
  'roles/compute.loadBalancerAdmin',
] as const;
/** On the project it lets the operator act as every service account there; earlier versions granted it. */
export const excessiveRoles = [workloadIdentityUser] as const;

export const operatorAccount = ({
  name,
  projectId,
}: Pick<GatewayConfig, 'name' | 'projectId'>): string =>
  `${operatorAccountId(name)}@${projectId}.iam.gserviceaccount.com`;

/** The binding by which the operator acts as its service account. */
export function workloadIdentity({ env }: Context) {
  const { projectId } = env.gateway;
  return {
    projectId,
    email: operatorAccount(env.gateway),
    role: workloadIdentityUser,
    member: `serviceAccount:${projectId}.svc.id.goog[apim/apim-ksa]`,
  };
}

export interface IdentityProblems {
  /** Missing or excess roles, as text. */
  readonly problems: readonly string[];
  /** Roles on the project that it must not have. */
  readonly excessive: readonly string[];
}

export async function identityProblems(context: Context): Promise<IdentityProblems> {
  const { iam, resourceManager } = context.env.clients;
  const { email, member, projectId, role } = workloadIdentity(context);
  const account = await iam.getServiceAccount(projectId, email);
  const onlyAccount = (how: string): IdentityProblems => ({
    problems: [`the service account ${email} is ${how}`],
    excessive: [],
  });
  if (account === undefined) return onlyAccount('missing');
  if (account.disabled) return onlyAccount('disabled');
  const [onProject, onAccount] = await Promise.all([
    resourceManager.projectRoles(projectId, `serviceAccount:${email}`),
    iam.serviceAccountRoles(projectId, email, member),
  ]);
  const missing = projectRoles
    .filter((desired) => !onProject.includes(desired))
    .map((desired) => `${email} lacks ${desired}`);
  const excessive = excessiveRoles.filter((granted) => onProject.includes(granted));
  const problems = [
    ...missing,
    ...excessive.map((granted) => `${email} has ${granted} on the whole project`),
    ...(onAccount.includes(role) ? [] : [`${member} may not act as ${email}`]),
  ];
  return { problems, excessive };
}
