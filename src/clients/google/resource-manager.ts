// Resource Manager: the project, the caller's permissions on it, and its IAM policy.
import type { cloudresourcemanager_v3 } from 'googleapis/build/src/apis/cloudresourcemanager/index.js';
import { LlmgwError } from '../../kernel/errors.ts';
import type { AccessTokens } from '../shared/access-tokens.ts';
import { orMissing } from '../shared/faults.ts';
import { type CallGoogle, createCallGoogle } from './call.ts';
import { changePolicy, rolesOf, withRoles, withoutRoles } from './policy.ts';
import {
  type Policy,
  anything,
  permissions as permissionsAnswer,
  policy as policyAnswer,
  project as projectAnswer,
} from './schema.ts';

export interface Project {
  readonly projectId: string;
  readonly projectNumber: string;
  /** `ACTIVE`, `DELETE_REQUESTED` */
  readonly state: string;
}

interface Projects {
  /** undefined when it does not exist or is not visible: Google does not distinguish the two. */
  getProject(projectId: string): Promise<Project | undefined>;
  /** Those of `permissions` that the caller lacks on the project. */
  missingPermissions(projectId: string, permissions: readonly string[]): Promise<string[]>;
}

interface ProjectGrants {
  /** Roles of `member` (`serviceAccount:…`) on the project, unconditional ones. */
  projectRoles(projectId: string, member: string): Promise<string[]>;
  /** Read-modify-write with the etag; true when something was written. */
  grantOnProject(projectId: string, member: string, roles: readonly string[]): Promise<boolean>;
  revokeOnProject(projectId: string, member: string, roles: readonly string[]): Promise<boolean>;
}

export interface ResourceManagerClient extends Projects, ProjectGrants {}

export function createResourceManager(
  tokens: AccessTokens,
  rootUrl: string,
): ResourceManagerClient {
  const call = createCallGoogle(tokens, 'cloudresourcemanager.googleapis.com', rootUrl);
  const load = async () => {
    const { cloudresourcemanager } =
      await import('googleapis/build/src/apis/cloudresourcemanager/index.js');
    return cloudresourcemanager({ version: 'v3' }).projects;
  };
  return { ...createProjects(call, load), ...createProjectGrants(call, load) };
}

type LoadProjects = () => Promise<cloudresourcemanager_v3.Resource$Projects>;

function createProjects(call: CallGoogle, load: LoadProjects): Projects {
  return {
    getProject: async (projectId) => {
      const api = await load();
      try {
        const answer = await orMissing(
          call(
            { doing: `Reading project ${projectId}`, projectId },
            (auth, options) => api.get({ name: `projects/${projectId}`, auth }, options),
            projectAnswer,
          ),
        );
        if (answer === undefined) return undefined;
        const projectNumber = answer.name.split('/').at(-1) ?? '';
        return { projectId: answer.projectId, projectNumber, state: answer.state };
      } catch (error) {
        if (error instanceof LlmgwError && error.fault.code === 'denied') return undefined;
        throw error;
      }
    },
    missingPermissions: async (projectId, permissions) => {
      const api = await load();
      const answer = await call(
        { doing: `Testing the bot's permissions on ${projectId}`, projectId },
        (auth, options) =>
          api.testIamPermissions(
            {
              resource: `projects/${projectId}`,
              requestBody: { permissions: [...permissions] },
              auth,
            },
            options,
          ),
        permissionsAnswer,
      );
      return permissions.filter((permission) => !answer.permissions.includes(permission));
    },
  };
}

function createProjectGrants(call: CallGoogle, load: LoadProjects): ProjectGrants {
  const readPolicy = async (projectId: string): Promise<Policy> => {
    const api = await load();
    return call(
      { doing: `Reading the IAM policy of ${projectId}`, projectId },
      (auth, options) =>
        api.getIamPolicy(
          {
            resource: `projects/${projectId}`,
            requestBody: { options: { requestedPolicyVersion: 3 } },
            auth,
          },
          options,
        ),
      policyAnswer,
    );
  };
  const change = async (
    projectId: string,
    changed: (policy: Policy) => Policy | undefined,
  ): Promise<boolean> => {
    const api = await load();
    return changePolicy({
      read: () => readPolicy(projectId),
      change: changed,
      write: (policy) =>
        call(
          { doing: `Setting the IAM policy of ${projectId}`, projectId },
          (auth, options) =>
            api.setIamPolicy(
              {
                resource: `projects/${projectId}`,
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
    projectRoles: async (projectId, member) => rolesOf(await readPolicy(projectId), member),
    grantOnProject: (projectId, member, roles) =>
      change(projectId, (policy) => withRoles(policy, member, roles)),
    revokeOnProject: (projectId, member, roles) =>
      change(projectId, (policy) => withoutRoles(policy, member, roles)),
  };
}
