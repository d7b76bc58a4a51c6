// Issuing of a key: creates the missing developer, app and key, or finds them.
import { createdHere } from '../../src/gateway/ownership.ts';
import type { Profile } from '../../src/kernel/profile.ts';
import type { ApigeeClient, AppRef } from '../../src/clients/apigee/client.ts';
import type { DeveloperApp, Credential, Developer } from '../../src/clients/apigee/schema.ts';
import { LlmgwError, fail } from '../../src/kernel/errors.ts';
import {
  attributeOf,
  credentialsIn,
  registerKeys,
  revokedBy,
  unusable,
} from '../../src/gateway/credential.ts';
import { assertOwn, ownerMarks, ownershipOf } from '../../src/gateway/developer.ts';
import type { ProvisionEnv } from '../../src/gateway/env.ts';
import { requireMayHaveNew, restoreAccess } from './new-key-limits.ts';
import { productName } from '../../src/gateway/resources.ts';

export interface IssuedKey {
  readonly app: DeveloperApp;
  readonly credential: Credential;
  readonly isNew: boolean;
  /** The API product requires an approval. */
  readonly isPending: boolean;
}

export interface KeyRequest {
  readonly profile: Profile;
  /** As Apigee names it. */
  readonly app: string;
  readonly expiresInMs: number | undefined;
  /** An operator requests it for someone else, which also replaces a key that an operator revoked. */
  readonly isGivenBack: boolean;
  /** An operator named the person: a developer without a Slack user becomes theirs. */
  readonly isByOperator: boolean;
  /** The person requests it for themselves. */
  readonly isOwn: boolean;
}

/**
 * Apigee's own uniqueness of developers and apps keeps two deliveries from making two.
 * @throws refused/key_not_approved when someone other than its owner revoked the key; refused/too_many_apps;
 * refused/developer_unowned, refused/developer_taken.
 */
export async function getOrIssueKey(
  env: ProvisionEnv,
  desired: KeyRequest,
  signal: AbortSignal,
): Promise<IssuedKey> {
  const apigee = env.clients.apigee(env.gateway);
  const ref = { email: desired.profile.email.toLowerCase(), app: desired.app };
  const [developer, found] = await Promise.all([
    apigee.getDeveloper(ref.email, signal),
    apigee.getApp(ref, signal),
  ]);
  await ensureDeveloper(apigee, developer, desired, signal);
  const existing = found && existingKey(env, found);
  const owner = desired.profile;
  if (existing === undefined && !desired.isGivenBack) {
    await requireMayHaveNew(env, owner, desired.app, signal);
  }
  const issued =
    existing ??
    (found === undefined
      ? await newApp(env, ref, desired, signal)
      : await renew(env, found, desired, signal));
  if (desired.isGivenBack) await restoreAccess(env, owner, signal);
  return issued;
}

async function newApp(
  env: ProvisionEnv,
  ref: AppRef,
  desired: KeyRequest,
  signal: AbortSignal,
): Promise<IssuedKey> {
  const { app, isNew } = await createOrGetApp(env, ref, desired, signal);
  const issued = existingKey(env, app);
  if (issued === undefined) throw unusable(app, env.gateway.name);
  return { ...issued, isNew };
}

/** The app's newest usable or pending key. */
function existingKey(env: ProvisionEnv, app: DeveloperApp): IssuedKey | undefined {
  registerKeys(env, app);
  const now = Date.now();
  const { name } = env.gateway;
  const usable = credentialsIn(app, name, 'usable', now).at(-1);
  if (usable !== undefined) return { app, credential: usable, isNew: false, isPending: false };
  const pending = credentialsIn(app, name, 'pending', now).at(-1);
  return pending && { app, credential: pending, isNew: false, isPending: true };
}

/** A new key in an app without a usable one. */
async function renew(
  env: ProvisionEnv,
  app: DeveloperApp,
  { profile, expiresInMs, isGivenBack }: KeyRequest,
  signal: AbortSignal,
): Promise<IssuedKey> {
  const { name } = env.gateway;
  const revoked = credentialsIn(app, name, 'revoked', Date.now());
  const isRevokedByOther =
    !isGivenBack && revoked.length > 0 && attributeOf(app, revokedBy) !== profile.user;
  if (app.status !== 'approved' || isRevokedByOther) throw unusable(app, name);
  const key = { products: [productName(name)], expiresInMs };
  const apigee = env.clients.apigee(env.gateway);
  const issued = existingKey(env, await apigee.generateKey(app, profile.email, key, signal));
  if (issued === undefined) throw unusable(app, name);
  return { ...issued, isNew: true };
}

async function ensureDeveloper(
  apigee: ApigeeClient,
  found: Developer | undefined,
  { profile, isByOperator, isOwn }: KeyRequest,
  signal: AbortSignal,
): Promise<void> {
  const developer = found ?? (await createOrGetDeveloper(apigee, profile, signal));
  if (isByOperator && ownershipOf(developer, profile) === 'nobody') {
    const marks = ownerMarks(profile);
    const others = developer.attributes.filter(({ name }) =>
      marks.every((one) => one.name !== name),
    );
    await apigee.setDeveloperAttributes(profile.email, [...others, ...marks], signal);
    return;
  }
  assertOwn(developer, profile, isOwn);
}

/** Of two people with one email, the first has it. */
async function createOrGetDeveloper(
  apigee: ApigeeClient,
  profile: Profile,
  signal: AbortSignal,
): Promise<Developer> {
  const { email, firstName, lastName, user } = profile;
  const created = await orAlreadyThere(
    apigee.createDeveloper(
      {
        email,
        // Apigee requires both names; some Slack profiles have one.
        firstName: firstName === '' ? user : firstName,
        lastName: lastName === '' ? '-' : lastName,
        userName: email.toLowerCase(),
        attributes: [createdHere, ...ownerMarks(profile)],
      },
      signal,
    ),
  );
  const developer = created ?? (await apigee.getDeveloper(email, signal));
  if (developer !== undefined) return developer;
  throw fail(
    'transient',
    'developer_unreadable',
    "Apigee reports that the developer exists but doesn't return it",
  );
}

async function createOrGetApp(
  env: ProvisionEnv,
  ref: AppRef,
  { expiresInMs }: KeyRequest,
  signal: AbortSignal,
): Promise<{ app: DeveloperApp; isNew: boolean }> {
  const { name } = env.gateway;
  const apigee = env.clients.apigee(env.gateway);
  const created = await orAlreadyThere(
    apigee.createApp(
      ref.email,
      {
        name: ref.app,
        products: [productName(name)],
        expiresInMs,
        attributes: [{ name: 'DisplayName', value: `LLM gateway ${name}` }, createdHere],
      },
      signal,
    ),
  );
  if (created !== undefined) return { app: created, isNew: true };
  const app = await apigee.getApp(ref, signal);
  if (app !== undefined) return { app, isNew: false };
  throw fail(
    'transient',
    'app_unreadable',
    "Apigee reports that the app exists but doesn't return it",
  );
}

async function orAlreadyThere<T>(work: Promise<T>): Promise<T | undefined> {
  try {
    return await work;
  } catch (error) {
    if (error instanceof LlmgwError && error.fault.code === 'already_exists') return undefined;
    throw error;
  }
}
