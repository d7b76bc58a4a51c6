// Scheduled key jobs: deletion of replaced keys and expiry reminders.
import type { KeyContext } from './notifier.ts';
import type { ScheduledKeyPayload } from './payload.ts';
import type { DeveloperApp, Credential } from '../../src/clients/apigee/schema.ts';
import { fingerprintOf, readApps, stateOf } from '../../src/gateway/credential.ts';
import { ownerOf } from '../../src/gateway/developer.ts';
import { readEndpoint } from '../../src/gateway/endpoint.ts';
import { forgetAccess } from '../../src/gateway/access-cache.ts';
import { describeCompletion, outcomeOf, probe } from '../../src/gateway/probes.ts';
import { mask } from '../../src/kernel/redaction.ts';
import { type OwnerContext, factsOf, ownerAddressee, refOf } from './owner-context.ts';

export const scheduledKeyId = (what: ScheduledKeyPayload['what'], of: string): string =>
  `${what}-${of}`;

/** Safe to run again: each part reads Apigee when it is due. */
export async function runScheduledKeyJob(
  context: KeyContext,
  payload: ScheduledKeyPayload,
): Promise<string | void> {
  const { gateway, owner, to } = payload;
  const env = await context.env(gateway);
  const profile = await ownerOf(context, env, owner);
  const at: OwnerContext = { context, env, owner, profile, to };
  const apps = await readApps(env, profile, context.signal);
  const app = apps.find(({ name }) => name === payload.app);
  const credential = app?.credentials.find((one) => fingerprintOf(one) === payload.key);
  // Deleted or revoked since: nothing is due any more.
  if (app === undefined || credential === undefined) return 'idle';
  if (stateOf(app, credential, gateway, Date.now()) !== 'usable') return 'idle';
  if (payload.what === 'warn') {
    return context.notifier.tellKey(to, { kind: 'ends', ...factsOf(at, app, credential) });
  }
  return retire(at, { app, credential, payload }).finally(() => forgetAccess(env, owner));
}

/** Apigee caches the refusal of a key that was tried too early for this long. */
const againMs = 200_000;
const mostTries = 12;

async function retire(
  at: OwnerContext,
  {
    app,
    credential,
    payload,
  }: { app: DeveloperApp; credential: Credential; payload: ScheduledKeyPayload },
): Promise<string | void> {
  const { context, env, to } = at;
  const old = app.credentials.filter((one) => payload.old.includes(fingerprintOf(one)));
  if (old.length === 0) return 'idle';
  const news = {
    ...factsOf(at, app, credential),
    old: old.map(({ consumerKey }) => mask(consumerKey)),
  };
  const seen = await proveActive(at, credential);
  if (seen === 'active') {
    const apigee = env.clients.apigee(env.gateway);
    for (const { consumerKey } of old) {
      await apigee.deleteKey({ ...refOf(at, app.name), consumerKey }, context.signal);
    }
    return context.notifier.tellKey(to, { kind: 'retired', ...news });
  }
  const tries = payload.tries + 1;
  context.log.info({ job: to.job, tries, seen }, 'key inactive');
  if (tries >= mostTries) {
    await context.notifier.tellKey(to, { kind: 'kept', ...news, why: seen });
    return 'kept';
  }
  await context.schedule({
    job: 'key-later',
    payload: { ...payload, tries },
    id: `${scheduledKeyId('retire', to.job)}-${tries}`,
    delayMs: againMs,
  });
  return 'idle';
}

/** Sends one request of a single token, which counts in the app's quota; a spent quota proves the key as well. */
async function proveActive({ context, env }: OwnerContext, key: Credential): Promise<string> {
  const endpoint = await readEndpoint(env, context.signal);
  if (endpoint === undefined) return 'the gateway has no address';
  const { consumerKey } = key;
  const completion = await probe({ env, signal: context.signal }, { endpoint, consumerKey });
  const outcome = outcomeOf(completion);
  return outcome === 'answered' || outcome === 'quota_spent'
    ? 'active'
    : describeCompletion(completion);
}

const warnAtMostMs = 3 * 86_400_000;
const warnShare = 0.2;

/** Schedules a reminder three days before the expiry, or when a fifth of a shorter lifetime is left. */
export async function warnBeforeEnd(
  at: OwnerContext,
  app: DeveloperApp,
  key: Credential,
): Promise<void> {
  const { expiresAt = -1, issuedAt = Date.now() } = key;
  if (expiresAt < 0) return;
  const lead = Math.min(warnAtMostMs, (expiresAt - issuedAt) * warnShare);
  const fingerprint = fingerprintOf(key);
  await at.context.schedule({
    job: 'key-later',
    payload: {
      gateway: at.env.gateway.name,
      what: 'warn',
      owner: at.owner,
      app: app.name,
      key: fingerprint,
      old: [],
      to: { ...ownerAddressee(at), job: `warn-${fingerprint}` },
    },
    id: scheduledKeyId('warn', fingerprint),
    delayMs: Math.max(0, expiresAt - lead - Date.now()),
  });
}
