// API keys of a person, read from Apigee and registered as secrets.
import { guidance, slashCommand } from '../kernel/guidance.ts';
import { createHash } from 'node:crypto';
import type { DeveloperApp, Credential } from '../clients/apigee/schema.ts';
import { type LlmgwError, fail } from '../kernel/errors.ts';
import { type KeyOwner, assertOwn } from './developer.ts';
import type { ProvisionEnv } from './env.ts';
import { appName, productName } from './resources.ts';

/** State of a key in Apigee. `pending`: the product requires an operator's approval. */
export type KeyState = 'usable' | 'pending' | 'revoked' | 'expired';

/** undefined for a key that is not for the gateway's product. */
export function stateOf(
  app: DeveloperApp,
  credential: Credential,
  gateway: string,
  now: number,
): KeyState | undefined {
  const product = credential.apiProducts.find((one) => one.apiproduct === productName(gateway));
  if (product === undefined) return undefined;
  const { status, expiresAt = -1 } = credential;
  const all = [app.status, status, product.status];
  if (all.includes('revoked')) return 'revoked';
  if (expiresAt >= 0 && expiresAt <= now) return 'expired';
  return all.every((one) => one === 'approved') ? 'usable' : 'pending';
}

/** The app's keys in that state, the oldest first. */
export function credentialsIn(
  app: DeveloperApp,
  gateway: string,
  desired: KeyState,
  now: number,
): Credential[] {
  return app.credentials
    .filter((credential) => stateOf(app, credential, gateway, now) === desired)
    .toSorted((a, b) => (a.issuedAt ?? 0) - (b.issuedAt ?? 0));
}

/** The key that Apigee accepts now: the oldest, as a new key may not have reached the gateway. */
export function usableCredential(
  app: DeveloperApp,
  gateway: string,
  now: number,
): Credential | undefined {
  return credentialsIn(app, gateway, 'usable', now)[0];
}

/** Identifies a key without containing it: jobs and approvals use it instead. */
export function fingerprintOf({ consumerKey }: Pick<Credential, 'consumerKey'>): string {
  return createHash('sha256').update(consumerKey).digest('hex').slice(0, 16);
}

/** App attribute with the Slack id of the person who revoked its keys. */
export const revokedBy = 'llmgw-revoked-by';

export function attributeOf(app: DeveloperApp, name: string): string | undefined {
  return app.attributes.find((one) => one.name === name)?.value;
}

/** The fault of an app without a usable key. A new request does not restore a revoked key. */
export function unusable(app: DeveloperApp, gateway: string): LlmgwError {
  const now = Date.now();
  const has = (state: KeyState): boolean => credentialsIn(app, gateway, state, now).length > 0;
  const { name } = app;
  const again = name === appName(gateway) ? 'key' : `key --app ${quoted(name)}`;
  if (app.status !== 'approved') {
    return fail('refused', 'key_not_approved', `The app ${name} and all its keys are revoked`, {
      next: `Ask an operator to approve the app ${name} in Apigee.`,
    });
  }
  if (has('pending')) {
    return fail('refused', 'key_pending', `The key of the app ${name} awaits approval`, {
      next: guidance`Wait for an operator's decision: the bot notifies you. ${slashCommand('key list')} shows the status.`,
    });
  }
  if (has('revoked')) {
    return fail('refused', 'key_not_approved', `The key of the app ${name} is revoked`, {
      next: guidance`If you revoked it, get a new key with ${slashCommand(again)}. Otherwise ask an operator for a new key.`,
    });
  }
  return fail('refused', 'key_expired', `The key of the app ${name} has expired`, {
    next: guidance`Get a new key with ${slashCommand(again)}.`,
  });
}

/** As typed: Apigee's names may have blanks. */
export const quoted = (app: string): string => (/\s/.test(app) ? `"${app}"` : app);

export interface HeldKey {
  readonly app: DeveloperApp;
  readonly credential: Credential;
}

/**
 * All of the person's apps with a key for the gateway, the bot's own app first; every key is registered.
 * @param isOwn the person asks for themselves, which changes the wording of a refusal.
 * @throws refused/developer_unowned, refused/developer_taken.
 */
export async function readApps(
  env: ProvisionEnv,
  owner: KeyOwner,
  signal: AbortSignal,
  isOwn = true,
): Promise<DeveloperApp[]> {
  const gateway = env.gateway.name;
  const apigee = env.clients.apigee(env.gateway);
  const [developer, apps] = await Promise.all([
    apigee.getDeveloper(owner.email, signal),
    apigee.listApps(owner.email, signal),
  ]);
  if (developer === undefined) return [];
  for (const app of apps) registerKeys(env, app);
  assertOwn(developer, owner, isOwn);
  const rank = ({ name }: DeveloperApp): string => (name === appName(gateway) ? '' : name);
  return apps
    .filter(({ credentials }) =>
      credentials.some(({ apiProducts }) =>
        apiProducts.some(({ apiproduct }) => apiproduct === productName(gateway)),
      ),
    )
    .toSorted((a, b) => rank(a).localeCompare(rank(b)));
}

export function registerKeys(env: Pick<ProvisionEnv, 'keepSecret'>, app: DeveloperApp): void {
  for (const { consumerKey } of app.credentials) env.keepSecret(consumerKey);
}

/**
 * A key of the person that works now: of that app, else of another one, also one created in the console.
 * @throws refused/no_key, refused/key_not_approved, refused/key_pending, refused/key_expired, and what `readApps` throws.
 */
export async function readKey(
  env: ProvisionEnv,
  { owner, app: name }: { readonly owner: KeyOwner; readonly app: string },
  signal: AbortSignal,
): Promise<HeldKey> {
  const apps = await readApps(env, owner, signal);
  const gateway = env.gateway.name;
  const desired = apps.find((app) => app.name === name);
  for (const app of desired === undefined ? apps : [desired, ...apps]) {
    const credential = usableCredential(app, gateway, Date.now());
    if (credential !== undefined) return { app, credential };
  }
  const [app] = desired === undefined ? apps : [desired];
  if (app !== undefined) throw unusable(app, gateway);
  throw noKey();
}

export function noKey(): LlmgwError {
  return fail('refused', 'no_key', 'You have no key for this gateway', {
    next: guidance`Get a key with ${slashCommand('key')}. Only you see it.`,
  });
}
