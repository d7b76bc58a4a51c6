// Gives a person their own key, and shows it to nobody else: at once when it is new, behind Reveal ever after.
import type { KeyReveal } from './audience.ts';
import type { JobContext } from './context.ts';
import { type IssuedKey, getOrIssueKey, readKey } from './credential.ts';
import { noGateway, readEndpoint } from './endpoint.ts';
import type { KeyPayload } from './payloads.ts';
import type { ProvisionEnv } from './provision/env.ts';
import { quotaInWords } from './quota-window.ts';
import { appName, productName } from './resources.ts';

/**
 * Whose key it is comes from `to.user`, whom Slack vouches for; no payload can name another.
 * @throws refused/no_gateway, refused/no_key, refused/key_not_approved, permanent/profile_hidden.
 */
export async function key(context: JobContext, { action, gateway, to }: KeyPayload): Promise<void> {
  const { audience, signal } = context;
  const env = await context.env(gateway);
  const profile = await audience.profile(to.user);
  const app = appName(gateway);
  if (action === 'reveal') {
    const held = await readKey(env, { email: profile.email, app }, signal);
    await audience.revealKey(to, await toReveal(env, held, signal));
    return;
  }
  const product = await env.clients.apigee(env.gateway).getProduct(productName(gateway), signal);
  if (product === undefined) throw noGateway(gateway);
  const issued = await getOrIssueKey(env, { profile, app, gateway }, signal);
  const reveal = await toReveal(env, issued, signal);
  if (issued.isNew) await audience.revealKey(to, reveal);
  else await audience.announceKey(to, reveal);
}

async function toReveal(
  env: ProvisionEnv,
  { app, credential, isNew }: IssuedKey,
  signal: AbortSignal,
): Promise<KeyReveal> {
  return {
    gateway: env.gateway.name,
    app: app.name,
    consumerKey: credential.consumerKey,
    endpoint: await readEndpoint(env, signal),
    model: env.gateway.model,
    quota: quotaInWords(env.gateway.quota),
    issuedAt: credential.issuedAt,
    isNew,
  };
}
