// A person's key as Apigee has it. Nothing here keeps it: it is read when needed and registered as a secret at once.
import type { ApigeeClient, AppRef } from '../src/clients/apigee/client.ts';
import type { App, Credential } from '../src/clients/apigee/schema.ts';
import { LlmgwError, fail } from '../src/errors.ts';
import type { Profile } from './audience.ts';
import type { ProvisionEnv } from './provision/env.ts';
import { productName } from './resources.ts';

/** The first key of the app that Apigee would accept for the gateway's product now. */
export function usableCredential(app: App, gateway: string, now: number): Credential | undefined {
  if (app.status !== 'approved') return undefined;
  return app.credentials.find(
    ({ status, apiProducts, expiresAt = -1 }) =>
      status === 'approved' &&
      (expiresAt < 0 || expiresAt > now) &&
      apiProducts.some(
        (product) => product.apiproduct === productName(gateway) && product.status === 'approved',
      ),
  );
}

/** Why an app has no usable key, for its owner. A key that someone took away is not given back by asking again. */
export function unusable(app: App): LlmgwError {
  return fail(
    'refused',
    'key_not_approved',
    app.status === 'approved'
      ? 'Your key is revoked, expired or waits for approval'
      : 'Your app is revoked, and all of its keys with it',
    { next: `Ask an operator to approve the app ${app.name} in Apigee.` },
  );
}

export interface IssuedKey {
  readonly app: App;
  readonly credential: Credential;
  readonly isNew: boolean;
}

/**
 * The person's key: created when there is none, the same one ever after. Apigee's own uniqueness of developers and
 * apps keeps two deliveries from making two.
 * @throws refused/key_not_approved when the key was taken away.
 */
export async function getOrIssueKey(
  env: ProvisionEnv,
  of: { readonly profile: Profile; readonly app: string; readonly gateway: string },
  signal: AbortSignal,
): Promise<IssuedKey> {
  const apigee = env.clients.apigee(env.gateway);
  const ref = { email: of.profile.email.toLowerCase(), app: of.app };
  const found = await apigee.getApp(ref, signal);
  if (found !== undefined && found.credentials.length > 0) return withKey(env, found, false);
  if (found !== undefined) {
    const renewed = await apigee.generateKey(found, ref.email, [productName(of.gateway)], signal);
    return withKey(env, renewed, true);
  }
  await ensureDeveloper(apigee, of.profile, signal);
  const { app, isNew } = await createOrGetApp(apigee, ref, of, signal);
  return withKey(env, app, isNew);
}

async function ensureDeveloper(
  apigee: ApigeeClient,
  { email, firstName, lastName, user }: Profile,
  signal: AbortSignal,
): Promise<void> {
  if ((await apigee.getDeveloper(email, signal)) !== undefined) return;
  await orAlreadyThere(
    apigee.createDeveloper(
      {
        email,
        // Apigee wants both names; Slack has people with one.
        firstName: firstName === '' ? user : firstName,
        lastName: lastName === '' ? '-' : lastName,
        userName: email.toLowerCase(),
        attributes: [
          { name: 'created-by', value: 'llmgw' },
          { name: 'slack-user', value: user },
        ],
      },
      signal,
    ),
  );
}

async function createOrGetApp(
  apigee: ApigeeClient,
  ref: AppRef,
  of: { readonly gateway: string },
  signal: AbortSignal,
): Promise<{ app: App; isNew: boolean }> {
  const created = await orAlreadyThere(
    apigee.createApp(
      ref.email,
      {
        name: ref.app,
        products: [productName(of.gateway)],
        attributes: [
          { name: 'DisplayName', value: `LLM gateway ${of.gateway}` },
          { name: 'created-by', value: 'llmgw' },
        ],
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
    'Apigee says that your app exists, but does not show it',
  );
}

function withKey(env: ProvisionEnv, app: App, isNew: boolean): IssuedKey {
  for (const { consumerKey } of app.credentials) env.keepSecret(consumerKey);
  const credential = usableCredential(app, env.gateway.name, Date.now());
  if (credential === undefined) throw unusable(app);
  return { app, credential, isNew };
}

async function orAlreadyThere<T>(work: Promise<T>): Promise<T | undefined> {
  try {
    return await work;
  } catch (error) {
    if (error instanceof LlmgwError && error.fault.code === 'already_exists') return undefined;
    throw error;
  }
}

/** @throws refused/no_key, refused/key_not_approved. */
export async function readKey(
  env: ProvisionEnv,
  ref: AppRef,
  signal: AbortSignal,
): Promise<IssuedKey> {
  const app = await env.clients.apigee(env.gateway).getApp(ref, signal);
  if (app === undefined || app.credentials.length === 0) {
    throw fail('refused', 'no_key', 'You have no key for this gateway yet', {
      next: 'Get one with `/llmgw key`; only you will see it.',
    });
  }
  return withKey(env, app, false);
}
