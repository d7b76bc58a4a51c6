// IAM policies: role bindings, and read-modify-write under the policy's etag.
import { LlmgwError } from '../../kernel/errors.ts';
import type { Policy } from './schema.ts';

/** Roles that a member holds without a condition. */
export function rolesOf(policy: Policy, member: string): string[] {
  return policy.bindings
    .filter((binding) => binding.condition === undefined && binding.members.includes(member))
    .map((binding) => binding.role);
}

/** The policy with the member added to these roles; undefined when it holds them all. */
export function withRoles(
  policy: Policy,
  member: string,
  roles: readonly string[],
): Policy | undefined {
  const missing = roles.filter((role) => !rolesOf(policy, member).includes(role));
  if (missing.length === 0) return undefined;
  const bindings = policy.bindings.map((binding) =>
    binding.condition === undefined && missing.includes(binding.role)
      ? { ...binding, members: [...binding.members, member] }
      : binding,
  );
  for (const role of missing) {
    const exists = bindings.some(
      (binding) => binding.condition === undefined && binding.role === role,
    );
    if (!exists) bindings.push({ role, members: [member] });
  }
  return { ...policy, bindings };
}

/** The policy without the member in these roles; undefined when it holds none of them. */
export function withoutRoles(
  policy: Policy,
  member: string,
  roles: readonly string[],
): Policy | undefined {
  if (!rolesOf(policy, member).some((role) => roles.includes(role))) return undefined;
  const bindings = policy.bindings
    .map((binding) =>
      binding.condition === undefined && roles.includes(binding.role)
        ? { ...binding, members: binding.members.filter((each) => each !== member) }
        : binding,
    )
    .filter((binding) => binding.members.length > 0);
  return { ...policy, bindings };
}

/**
 * Reads, changes and writes a policy; starts again after a concurrent write (409), up to five times.
 * @returns true when something was written.
 */
export async function changePolicy(access: {
  read(): Promise<Policy>;
  change(policy: Policy): Policy | undefined;
  write(policy: Policy): Promise<unknown>;
}): Promise<boolean> {
  for (let left = 4; ; left -= 1) {
    const changed = access.change(await access.read());
    if (changed === undefined) return false;
    try {
      await access.write(changed);
      return true;
    } catch (error) {
      const isConflict =
        error instanceof LlmgwError && ['conflict', 'already_exists'].includes(error.fault.code);
      if (!isConflict || left === 0) throw error;
    }
  }
}
