// IAM: service accounts and their bindings.
import type { iam_v1 } from 'googleapis/build/src/apis/iam/index.js';
import { LlmgwError } from '../../kernel/errors.ts';
import type { AccessTokens } from '../shared/access-tokens.ts';
import { orMissing } from '../shared/faults.ts';
import { type CallGoogle, createCallGoogle } from './call.ts';
import { changePolicy, rolesOf, withRoles, withoutRoles } from './policy.ts';
import {
  type Policy,
  anything,
  policy as policyAnswer,
  serviceAccount as serviceAccountAnswer,
} from './schema.ts';

export interface ServiceAccount {
  readonly email: string;
  readonly displayName: string;
  /** Field for the ownership mark of llmgw. */
  readonly description: string;
  readonly disabled: boolean;
  readonly uniqueId: string;
}

export interface NewServiceAccount {
  readonly projectId: string;
  /** The part before the @. */
  readonly accountId: string;
  readonly displayName: string;
  readonly description: string;
}

export interface ServiceAccountGrant {
  readonly projectId: string;
  readonly email: string;
  readonly role: string;
  /** `serviceAccount:PROJECT.svc.id.goog[ns/ksa]` */
  readonly member: string;
}

interface Accounts {
  /** undefined when there is none. */
  getServiceAccount(projectId: string, email: string): Promise<ServiceAccount | undefined>;
  /** Returns the existing account when the name is taken. */
  createServiceAccount(account: NewServiceAccount): Promise<ServiceAccount>;
  /** A missing account counts as deleted. */
  deleteServiceAccount(projectId: string, email: string): Promise<void>;
}

interface Grants {
  /** Roles of `member` on the service account itself; none when it is missing. */
  serviceAccountRoles(projectId: string, email: string, member: string): Promise<string[]>;
  /** Read-modify-write with the etag; true when something was written. */
  grantOnServiceAccount(grant: ServiceAccountGrant): Promise<boolean>;
  revokeOnServiceAccount(grant: ServiceAccountGrant): Promise<boolean>;
}

export interface IamClient extends Accounts, Grants {}

export function createIam(tokens: AccessTokens, rootUrl: string): IamClient {
  const call = createCallGoogle(tokens, 'iam.googleapis.com', rootUrl);
  const load = async () => {
    const { iam } = await import('googleapis/build/src/apis/iam/index.js');
    return iam({ version: 'v1' }).projects.serviceAccounts;
  };
  return { ...createAccounts(call, load), ...createGrants(call, load) };
}

type LoadAccounts = () => Promise<iam_v1.Resource$Projects$Serviceaccounts>;

function resource(projectId: string, email: string): string {
  return `projects/${projectId}/serviceAccounts/${email}`;
}

function createAccounts(call: CallGoogle, load: LoadAccounts): Accounts {
  const getServiceAccount = async (projectId: string, email: string) => {
    const api = await load();
    return orMissing(
      call(
        { doing: `Reading service account ${email}`, projectId },
        (auth, options) => api.get({ name: resource(projectId, email), auth }, options),
        serviceAccountAnswer,
      ),
    );
  };
  return {
    getServiceAccount,
    createServiceAccount: async ({ projectId, accountId, displayName, description }) => {
      const api = await load();
      try {
        return await call(
          { doing: `Creating service account ${accountId}`, projectId },
          (auth, options) =>
            api.create(
              {
                name: `projects/${projectId}`,
                requestBody: { accountId, serviceAccount: { displayName, description } },
                auth,
              },
              options,
            ),
          serviceAccountAnswer,
        );
      } catch (error) {
        if (!(error instanceof LlmgwError) || error.fault.code !== 'already_exists') throw error;
        const email = `${accountId}@${projectId}.iam.gserviceaccount.com`;
        const existing = await getServiceAccount(projectId, email);
        if (existing === undefined) throw error;
        return existing;
      }
    },
    deleteServiceAccount: async (projectId, email) => {
      const api = await load();
      await orMissing(
        call(
          { doing: `Deleting service account ${email}`, projectId },
          (auth, options) => api.delete({ name: resource(projectId, email), auth }, options),
          anything,
        ),
      );
    },
  };
}

function createGrants(call: CallGoogle, load: LoadAccounts): Grants {
  const readPolicy = async (projectId: string, email: string): Promise<Policy> => {
    const api = await load();
    return call(
      { doing: `Reading who may act as ${email}`, projectId },
      (auth, options) =>
        api.getIamPolicy(
          { resource: resource(projectId, email), 'options.requestedPolicyVersion': 3, auth },
          options,
        ),
      policyAnswer,
    );
  };
  const change = async (
    grant: ServiceAccountGrant,
    changed: (policy: Policy) => Policy | undefined,
  ): Promise<boolean> => {
    const api = await load();
    const { projectId, email } = grant;
    return changePolicy({
      read: () => readPolicy(projectId, email),
      change: changed,
      write: (policy) =>
        call(
          { doing: `Setting who may act as ${email}`, projectId },
          (auth, options) =>
            api.setIamPolicy(
              {
                resource: resource(projectId, email),
                requestBody: { policy: policy as object },
                auth,
              },
              options,
            ),
          anything,
        ),
    });
  };
  return {
    serviceAccountRoles: async (projectId, email, member) => {
      const policy = await orMissing(readPolicy(projectId, email));
      return policy === undefined ? [] : rolesOf(policy, member);
    },
    grantOnServiceAccount: (grant) =>
      change(grant, (policy) => withRoles(policy, grant.member, [grant.role])),
    revokeOnServiceAccount: (grant) =>
      change(grant, (policy) => withoutRoles(policy, grant.member, [grant.role])),
  };
}
