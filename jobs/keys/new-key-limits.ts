// Limits on the keys that a person gets without an operator.
import type { DeveloperApp } from '../../src/clients/apigee/schema.ts';
import {
  attributeOf,
  credentialsIn,
  registerKeys,
  revokedBy,
} from '../../src/gateway/credential.ts';
import type { KeyOwner } from '../../src/gateway/developer.ts';
import type { ProvisionEnv } from '../../src/gateway/env.ts';
import { type LlmgwError, fail } from '../../src/kernel/errors.ts';
import { guidance, slashCommand } from '../../src/kernel/guidance.ts';
import { plural } from '../../src/kernel/text.ts';

/**
 * Each app has its own quota, so their number is limited.
 * @throws refused/key_not_approved, refused/too_many_apps.
 */
export async function requireMayHaveNew(
  env: ProvisionEnv,
  owner: KeyOwner,
  app: string,
  signal: AbortSignal,
): Promise<void> {
  const apps = await appsOf(env, owner, signal);
  requireAccess(env, owner, apps);
  const { appsPerPerson: limit, name } = env.gateway;
  const working = apps.filter((one) => one.name !== app && hasKey(one, name));
  if (working.length < limit) return;
  throw fail(
    'refused',
    'too_many_apps',
    `You have keys in ${plural(working.length, 'app')}, and ${limit} is the limit`,
    {
      next: guidance`Use one of them (${slashCommand('key list')}), revoke one with ${slashCommand('key revoke APP')}, or ask an operator to run ${slashCommand('key @you --app NAME')}.`,
    },
  );
}

/** @throws refused/key_not_approved while an operator's revocation of a key of the person is in force. */
export async function requireAccessStands(
  env: ProvisionEnv,
  owner: KeyOwner,
  signal: AbortSignal,
): Promise<void> {
  requireAccess(env, owner, await appsOf(env, owner, signal));
}

function requireAccess(
  { gateway }: ProvisionEnv,
  { user }: KeyOwner,
  apps: readonly DeveloperApp[],
): void {
  // An operator decides on each key there.
  if (gateway.keyApproval === 'manual') return;
  const revoked = apps.find((app) => isRevokedByOther(app, gateway.name, user));
  if (revoked !== undefined) throw accessRevoked(revoked.name);
}

function accessRevoked(app: string): LlmgwError {
  return fail('refused', 'key_not_approved', `An operator revoked your key of the app ${app}`, {
    next: guidance`Ask an operator for a new key: ${slashCommand('key @you')}.`,
  });
}

/** The operator who gives a key lifts every revocation of the person's keys for this gateway. */
export async function restoreAccess(
  env: ProvisionEnv,
  owner: KeyOwner,
  signal: AbortSignal,
): Promise<void> {
  const { email, user } = owner;
  const apps = await appsOf(env, owner, signal);
  for (const { name: app } of apps.filter((one) => isRevokedByOther(one, env.gateway.name, user))) {
    const mark = { name: revokedBy, value: user };
    await env.clients.apigee(env.gateway).setAppAttribute({ email, app }, mark, signal);
  }
}

async function appsOf(
  env: ProvisionEnv,
  { email }: KeyOwner,
  signal: AbortSignal,
): Promise<DeveloperApp[]> {
  const apps = await env.clients.apigee(env.gateway).listApps(email.toLowerCase(), signal);
  for (const app of apps) registerKeys(env, app);
  return apps;
}

const hasKey = (app: DeveloperApp, gateway: string): boolean =>
  (['usable', 'pending'] as const).some(
    (state) => credentialsIn(app, gateway, state, Date.now()).length > 0,
  );

/** Without the owner's own mark: a person cannot revoke in Apigee's console. */
function isRevokedByOther(app: DeveloperApp, gateway: string, user: string): boolean {
  const revoked = credentialsIn(app, gateway, 'revoked', Date.now());
  return revoked.length > 0 && !hasKey(app, gateway) && attributeOf(app, revokedBy) !== user;
}
