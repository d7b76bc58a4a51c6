// Revocation of an app's keys, and decisions on pending ones.
import type { DeveloperApp, Credential } from '../../src/clients/apigee/schema.ts';
import { mask } from '../../src/kernel/redaction.ts';
import { credentialsIn, fingerprintOf, revokedBy, unusable } from '../../src/gateway/credential.ts';
import { beginOverlap } from './rotate.ts';
import { type OwnerContext, isOwn, meantApp, ownerAddressee, refOf } from './owner-context.ts';

export async function revokeKeys(
  at: OwnerContext,
  { app: word, isConfirmed }: { readonly app: string | undefined; readonly isConfirmed: boolean },
): Promise<void> {
  const { context, env, owner, to } = at;
  const app = await meantApp(at, word);
  const live = liveKeys(app, env.gateway.name);
  const facts = {
    owner,
    gateway: env.gateway.name,
    app: app.name,
    keys: live.map(({ consumerKey }) => mask(consumerKey)),
  };
  if (live.length === 0) throw unusable(app, env.gateway.name);
  if (!isConfirmed) return context.notifier.tellKey(to, { kind: 'revoke_question', ...facts });
  await revokeAll(at, app, live);
  const news = { kind: 'revoked', ...facts, by: to.user } as const;
  await context.notifier.tellKey(to, news);
  if (!isOwn(at)) await context.notifier.tellKey(ownerAddressee(at), news);
}

/** The mark comes first: only an owner who revoked their own key can get another. */
async function revokeAll(
  at: OwnerContext,
  app: DeveloperApp,
  keys: readonly Credential[],
): Promise<void> {
  const { context, env, to } = at;
  const apigee = env.clients.apigee(env.gateway);
  const ref = refOf(at, app.name);
  await apigee.setAppAttribute(ref, { name: revokedBy, value: to.user }, context.signal);
  for (const { consumerKey } of keys) {
    await apigee.setKeyStatus({ ...ref, consumerKey }, 'revoke', context.signal);
  }
}

function liveKeys(app: DeveloperApp, gateway: string): Credential[] {
  const now = Date.now();
  return (['usable', 'pending'] as const).flatMap((state) =>
    credentialsIn(app, gateway, state, now),
  );
}

/** Applies an operator's decision on a pending key and notifies its owner. */
export async function decideKey(
  at: OwnerContext,
  {
    app: name,
    key,
    isApproved,
  }: { readonly app: string | undefined; readonly key: string; readonly isApproved: boolean },
  product: string,
): Promise<void> {
  const { context, env, to } = at;
  const app = await meantApp(at, name);
  const credential = app.credentials.find((one) => fingerprintOf(one) === key);
  if (credential === undefined) throw unusable(app, env.gateway.name);
  const apigee = env.clients.apigee(env.gateway);
  const { consumerKey } = credential;
  const ref = { ...refOf(at, app.name), consumerKey };
  if (isApproved) {
    if (credential.status !== 'approved') await apigee.setKeyStatus(ref, 'approve', context.signal);
    await apigee.setKeyProductStatus({ ...ref, product }, 'approve', context.signal);
    await beginOverlap(at, app, credential);
  } else {
    await apigee.setAppAttribute(ref, { name: revokedBy, value: to.user }, context.signal);
    await apigee.setKeyProductStatus({ ...ref, product }, 'revoke', context.signal);
  }
  await context.notifier.tellKey(ownerAddressee(at), {
    kind: isApproved ? 'approved' : 'denied',
    owner: at.owner,
    gateway: env.gateway.name,
    app: app.name,
    masked: mask(consumerKey),
    expiresAt: undefined,
    by: to.user,
  });
}
