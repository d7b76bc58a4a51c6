// IAM policies: optimistic locking by etag, and delayed propagation of grants.
import { randomBytes } from 'node:crypto';
import type { SandboxContext } from '../core/context.ts';
import type { Timers } from '../core/timers.ts';
import { ApiError, invalidArgument } from './api-error.ts';
import type { Binding, GoogleState, Policy } from './state.ts';

/** Propagation time of a new grant (simulated). */
export const propagationMs = 7 * 60_000;

export function emptyPolicy(): Policy {
  return { version: 1, etag: newEtag(), bindings: [], effectiveAt: {} };
}

/** The policy in API form: an empty one has only an etag. */
export function showPolicy(policy: Policy): Record<string, unknown> {
  const { version, etag, bindings } = policy;
  return bindings.length === 0 ? { etag } : { version, etag, bindings };
}

/**
 * Replaces the bindings, in place. New grants count from `effectiveAt` on (real ms).
 * @throws ApiError 409 when the caller read an older policy, 400 for a malformed one.
 */
export function replacePolicy(policy: Policy, wanted: unknown, effectiveAt: number): void {
  const { etag, bindings } = readPolicy(wanted);
  if (etag !== undefined && etag !== policy.etag) {
    throw new ApiError(
      409,
      "There were concurrent policy changes. Please retry the whole read-modify-write with exponential backoff. The request's ETag '" +
        `${etag}' did not match the current policy's ETag '${policy.etag}'.`,
      { code: 'ABORTED' },
    );
  }
  const before = new Set(grants(policy.bindings));
  const after = grants(bindings);
  policy.effectiveAt = Object.fromEntries(
    after.flatMap((grant) => {
      const due = before.has(grant) ? policy.effectiveAt[grant] : effectiveAt;
      return due === undefined ? [] : [[grant, due]];
    }),
  );
  policy.bindings = bindings;
  policy.etag = newEtag();
}

/**
 * @throws ApiError 400 for a deleted service account, and for a Workload Identity pool that does not exist yet: a
 * project has none until its first cluster with Workload Identity.
 */
export function assertMembersExist(state: GoogleState, wanted: unknown): void {
  for (const member of readPolicy(wanted).bindings.flatMap((binding) => binding.members)) {
    const pool = /^serviceAccount:((.+)\.svc\.id\.goog)\[.+\]$/.exec(member);
    if (pool !== null && state.projects[pool[2] ?? '']?.hasWorkloadPool !== true) {
      throw invalidArgument(
        `Identity Pool does not exist (${pool[1]}). Please check that you specified a valid resource name as returned in the \`name\` attribute in the configuration API.`,
      );
    }
    const account = /^serviceAccount:(.+@(.+)\.iam\.gserviceaccount\.com)$/.exec(member);
    const project = account === null ? undefined : state.projects[account[2] ?? ''];
    const email = account?.[1] ?? '';
    if (project === undefined || email === state.caller.email) continue;
    if (project.serviceAccounts[email] === undefined) {
      throw invalidArgument(`Service account ${email} does not exist.`);
    }
  }
}

/** True when `member` holds `role`, in force at `now` (real ms). */
export function holdsRole(policy: Policy, member: string, role: string, now: number): boolean {
  const granted = policy.bindings.some(
    (binding) => binding.role === role && binding.members.includes(member),
  );
  return granted && (policy.effectiveAt[`${role} ${member}`] ?? 0) <= now;
}

/** After a restart, notifies observers again once pending grants have propagated. */
export function notifyOfGrants(ctx: SandboxContext, state: GoogleState, timers: Timers): void {
  for (const project of Object.values(state.projects)) {
    const accounts = Object.values(project.serviceAccounts);
    for (const policy of [project.policy, ...accounts.map((account) => account.policy)]) {
      for (const due of Object.values(policy.effectiveAt)) {
        if (due > ctx.clock.now()) timers.at(due, () => ctx.changed('google'));
      }
    }
  }
}

function grants(bindings: readonly Binding[]): string[] {
  return bindings.flatMap(({ role, members }) => members.map((member) => `${role} ${member}`));
}

function readPolicy(wanted: unknown): { etag: string | undefined; bindings: Binding[] } {
  if (typeof wanted !== 'object' || wanted === null) throw invalidArgument('Policy is required.');
  const { etag, bindings } = wanted as { etag?: unknown; bindings?: unknown };
  const list: unknown[] = Array.isArray(bindings) ? bindings : [];
  return { etag: typeof etag === 'string' ? etag : undefined, bindings: list.map(readBinding) };
}

const memberKinds =
  /^(allUsers|allAuthenticatedUsers|(user|serviceAccount|group|domain|principal|principalSet|deleted):.+)$/;

function readBinding(value: unknown): Binding {
  const { role, members, condition } = value as Partial<Record<keyof Binding, unknown>>;
  if (typeof role !== 'string' || !/^(roles|projects\/[^/]+\/roles)\/[\w.]+$/.test(role)) {
    throw invalidArgument(`Role ${String(role)} is not supported for this resource.`);
  }
  const list = Array.isArray(members) ? members.map(String) : [];
  const wrong = list.find((member) => !memberKinds.test(member));
  if (wrong !== undefined) {
    throw invalidArgument(
      `Invalid argument: 'The member ${wrong} is of an unknown type. Please set a valid type prefix for the member.'`,
    );
  }
  return { role, members: [...new Set(list)], ...(condition === undefined ? {} : { condition }) };
}

function newEtag(): string {
  return randomBytes(8).toString('base64');
}
