// IAM policies: optimistic locking by etag, and grants that take minutes to reach the services that ask.
import { randomBytes } from 'node:crypto';
import { ApiError, invalidArgument } from './api-error.ts';
import type { Binding, Policy } from './state.ts';

/** How long a new grant takes to be felt (simulated). */
export const propagationMs = 7 * 60_000;

export function emptyPolicy(): Policy {
  return { version: 1, etag: newEtag(), bindings: [], effectiveAt: {} };
}

/** The policy as the API shows it: an empty one has an etag alone. */
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

/** Does `member` hold `role`, in force at `now` (real ms)? */
export function holdsRole(policy: Policy, member: string, role: string, now: number): boolean {
  const granted = policy.bindings.some(
    (binding) => binding.role === role && binding.members.includes(member),
  );
  return granted && (policy.effectiveAt[`${role} ${member}`] ?? 0) <= now;
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
