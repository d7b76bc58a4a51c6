// Step: Google service account of the Apigee operator, with roles and bindings.
import { LlmgwError, fail } from '../../../src/kernel/errors.ts';
import type { Step } from '../../../src/engine/step.ts';
import { operatorAccountId } from '../../../src/gateway/resources.ts';
import type { ProvisionEnv } from '../../../src/gateway/env.ts';
import { isMadeFor, madeFor } from '../../../src/gateway/ownership.ts';
import type { Context } from '../../../src/gateway/objects.ts';
import {
  excessiveRoles,
  identityProblems,
  operatorAccount,
  projectRoles,
  workloadIdentity,
} from '../step-parts/operator-identity.ts';

export const prepareApigeeIdentity: Step<ProvisionEnv> = {
  id: 'prepare-apigee-identity',
  title: 'Prepare Apigee operator identity',
  needs: ['check-project'],
  kind: 'make',
  async check(context) {
    const { problems } = await patient(context, identityProblems(context));
    return problems.length === 0
      ? { state: 'done', output: output(context) }
      : { state: 'needed', why: 'absent', of: problems, reason: problems.join(', ') };
  },
  async apply(context) {
    const { iam, resourceManager } = context.env.clients;
    const { projectId, name } = context.env.gateway;
    const email = operatorAccount(context.env.gateway);
    const { excessive } = await patient(context, identityProblems(context));
    if ((await iam.getServiceAccount(projectId, email)) === undefined) {
      await patient(
        context,
        iam.createServiceAccount({
          projectId,
          accountId: operatorAccountId(name),
          displayName: 'Apigee operator',
          description: madeFor(name),
        }),
      );
    }
    const member = `serviceAccount:${email}`;
    await patient(context, resourceManager.grantOnProject(projectId, member, projectRoles));
    if (excessive.length > 0) {
      await resourceManager.revokeOnProject(projectId, member, excessive);
    }
    await patient(context, iam.grantOnServiceAccount(workloadIdentity(context)));
  },
  async wait(context) {
    const { problems } = await patient(context, identityProblems(context));
    return problems.length === 0
      ? { state: 'ready', output: output(context) }
      : { state: 'notYet', seen: problems.join(', ') };
  },
  undo: {
    title: 'Delete Apigee operator identity',
    expectMs: 10_000,
    async inventory(context) {
      const { iam, resourceManager } = context.env.clients;
      const { projectId, name } = context.env.gateway;
      const email = operatorAccount(context.env.gateway);
      const account = await iam.getServiceAccount(projectId, email);
      const named = `Service account ${email}`;
      if (account !== undefined && !isMadeFor(account.description, name)) {
        return { ours: [], foreign: [named] };
      }
      const granted = await resourceManager.projectRoles(projectId, `serviceAccount:${email}`);
      const roles = [...projectRoles, ...excessiveRoles].filter((role) => granted.includes(role));
      const left = roles.map((role) => `Role ${role} of ${email}`);
      return { ours: account === undefined ? left : [named, ...left], foreign: [] };
    },
    async remove(context) {
      const { iam, resourceManager } = context.env.clients;
      const { projectId, name } = context.env.gateway;
      const email = operatorAccount(context.env.gateway);
      const account = await iam.getServiceAccount(projectId, email);
      if (account !== undefined && !isMadeFor(account.description, name)) return;
      // Roles first: a binding of a deleted account remains, and a later check does not show it.
      await resourceManager.revokeOnProject(projectId, `serviceAccount:${email}`, [
        ...projectRoles,
        ...excessiveRoles,
      ]);
      if (account !== undefined) await iam.deleteServiceAccount(projectId, email);
    },
  },
  deadlineMs: 20 * 60_000,
  expectMs: 30_000,
  retry: 'cloud',
};

/** Some calls do not know a new account for a while: a transient state, not an error. */
async function patient<T>(context: Context, work: Promise<T>): Promise<T> {
  try {
    return await work;
  } catch (error) {
    if (!(error instanceof LlmgwError) || !(await isTooEarly(error, context))) throw error;
    throw fail(
      'transient',
      'account_not_known_yet',
      'The new service account has not propagated yet',
      { untilDeadline: true, cause: error },
    );
  }
}

const accountPermissions = [
  'iam.serviceAccounts.get',
  'iam.serviceAccounts.getIamPolicy',
  'iam.serviceAccounts.setIamPolicy',
];

async function isTooEarly({ fault }: LlmgwError, { env }: Context): Promise<boolean> {
  // The name belongs to an account that is not readable yet: ours, as it did not exist before.
  if (fault.code === 'already_exists') return true;
  if (fault.kind !== 'permanent') return false;
  if (/does not exist|not found/i.test(fault.message)) return true;
  if (fault.code !== 'denied') return false;
  // IAM denies access to unknown accounts: a bot with the permissions waits for the account.
  const { projectId } = env.gateway;
  const missing = await env.clients.resourceManager
    .missingPermissions(projectId, accountPermissions)
    .catch(() => accountPermissions);
  return missing.length === 0;
}

const output = ({ env }: Context) => ({ serviceAccount: operatorAccount(env.gateway) });
