// Google's identity for other services: token validity, permissions and propagated roles.
import type { SandboxContext } from '../core/context.ts';
import type { ApiError } from './api-error.ts';
import { type Call, type ConsumedApi, refusedConsumer } from './consumer.ts';
import { holdsRole } from './policy.ts';
import type { GoogleState } from './state.ts';

export interface Identity {
  /** True for an unexpired access token of the metadata server. */
  isValidToken(authorization: string | undefined): boolean;
  /** The account of those tokens. */
  callerEmail(): string;
  /** True when the bot's token has this permission, e.g. `container.clusters.create`. */
  hasPermission(permission: string): boolean;
  /** True once the grant exists and has propagated. */
  hasProjectRole(projectId: string, member: string, role: string): boolean;
  /** True once `member` may act as the service account (roles/iam.workloadIdentityUser on it), propagated. */
  mayActAs(member: string, serviceAccountEmail: string): boolean;
  serviceAccountExists(email: string): boolean;
  isServiceEnabled(projectId: string, service: string): boolean;
  /** The reason why a call may not count against its quota project; otherwise undefined. */
  refusedConsumer(api: ConsumedApi, call: Call): ApiError | undefined;
  /** The number of an existing project. */
  projectNumber(projectId: string): string | undefined;
  isBilled(projectId: string): boolean;
  /** Called for a cluster with Workload Identity: from then on its Kubernetes accounts can be granted roles. */
  readonly ensureWorkloadPool: (projectId: string) => void;
}

export function createIdentity(ctx: SandboxContext, state: GoogleState): Identity {
  const now = (): number => ctx.clock.now();
  const account = (email: string) =>
    Object.values(state.projects)
      .map((project) => project.serviceAccounts[email])
      .find((found) => found !== undefined);
  return {
    isValidToken: (authorization) => {
      const token = /^Bearer +(\S+)$/i.exec(authorization ?? '')?.[1];
      return token !== undefined && (state.tokens[token] ?? 0) > now();
    },
    callerEmail: () => state.caller.email,
    hasPermission: (permission) => !state.caller.deniedPermissions.includes(permission),
    hasProjectRole: (projectId, member, role) => {
      const policy = state.projects[projectId]?.policy;
      return policy !== undefined && holdsRole(policy, member, role, now());
    },
    mayActAs: (member, email) => {
      const policy = account(email)?.policy;
      return (
        policy !== undefined && holdsRole(policy, member, 'roles/iam.workloadIdentityUser', now())
      );
    },
    serviceAccountExists: (email) => account(email) !== undefined,
    isServiceEnabled: (projectId, service) =>
      state.projects[projectId]?.enabledServices.includes(service) ?? false,
    refusedConsumer: (api, call) => refusedConsumer(state, api, call, now()),
    projectNumber: (projectId) => state.projects[projectId]?.projectNumber,
    isBilled: (projectId) => (state.projects[projectId]?.billingAccount ?? '') !== '',
    ensureWorkloadPool: (projectId) => {
      const project = state.projects[projectId];
      if (project === undefined || project.hasWorkloadPool) return;
      project.hasWorkloadPool = true;
      ctx.changed('google');
    },
  };
}
