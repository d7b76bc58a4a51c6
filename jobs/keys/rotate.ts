// Rotation of a key: the old one works until the overlap ends.
import type { DeveloperApp, Credential } from '../../src/clients/apigee/schema.ts';
import { mask } from '../../src/kernel/redaction.ts';
import {
  credentialsIn,
  fingerprintOf,
  registerKeys,
  unusable,
} from '../../src/gateway/credential.ts';
import { productName } from '../../src/gateway/resources.ts';
import { askForKey } from './ask-operators.ts';
import {
  type OwnerContext,
  factsOf,
  isOwn,
  meantApp,
  ownerAddressee,
  refOf,
  toReveal,
} from './owner-context.ts';
import { requireAccessStands } from './new-key-limits.ts';
import { scheduledKeyId, warnBeforeEnd } from './scheduled-job.ts';
import { readRotation, rotationMark, withRotation } from './rotation-mark.ts';

export interface RotationOptions {
  readonly app: string | undefined;
  /** ms; -1 for never; absent: the lifetime of the old key. */
  readonly expiresInMs: number | undefined;
  readonly overlapMs: number;
}

/** Repeatable: the app's mark shows whether this job has created its key. */
export async function rotateKey(at: OwnerContext, options: RotationOptions): Promise<void> {
  const { env, to } = at;
  const gateway = env.gateway.name;
  const app = await meantApp(at, options.app);
  const { app: rotated, until } =
    readRotation(app)?.job === to.job || waitingKey(app, gateway) !== undefined
      ? { app, until: readRotation(app)?.until ?? Date.now() }
      : await addKey(at, app, options);
  const works = credentialsIn(rotated, gateway, 'usable', Date.now());
  const pending = waitingKey(rotated, gateway);
  if (pending !== undefined) {
    await warnBeforeEnd(at, rotated, pending);
    return askForKey(at, { app: rotated, credential: pending, old: works });
  }
  const fresh = works.at(-1) ?? newest(rotated);
  if (fresh === undefined) throw unusable(rotated, gateway);
  const old = works.filter((credential) => credential !== fresh);
  await retireLater(at, { app: rotated, fresh, old, until, rotation: to.job });
  await warnBeforeEnd(at, rotated, fresh);
  await tell(at, { app: rotated, fresh, old, until });
}

interface Rotated {
  readonly app: DeveloperApp;
  readonly fresh: Credential;
  readonly old: readonly Credential[];
  /** ms since the epoch. */
  readonly until: number;
}

function retireLater(
  at: OwnerContext,
  { app, fresh, old, until, rotation }: Rotated & { readonly rotation: string },
): Promise<void> {
  return at.context.schedule({
    job: 'key-later',
    payload: {
      gateway: at.env.gateway.name,
      what: 'retire',
      owner: at.owner,
      app: app.name,
      key: fingerprintOf(fresh),
      old: old.map(fingerprintOf),
      to: ownerAddressee(at),
    },
    id: scheduledKeyId('retire', rotation),
    delayMs: Math.max(0, until - Date.now()),
  });
}

/** A pending key that is newer than every usable one. */
function waitingKey(app: DeveloperApp, gateway: string): Credential | undefined {
  const now = Date.now();
  const pending = credentialsIn(app, gateway, 'pending', now).at(-1);
  const working = credentialsIn(app, gateway, 'usable', now).at(-1);
  return (pending?.issuedAt ?? 0) > (working?.issuedAt ?? 0) ? pending : undefined;
}

/**
 * Starts the overlap once the new key of a rotation is approved.
 * Does nothing for a key that replaces none.
 */
export async function beginOverlap(
  at: OwnerContext,
  app: DeveloperApp,
  fresh: Credential,
): Promise<void> {
  const { context, env } = at;
  const rotation = readRotation(app);
  const gateway = env.gateway.name;
  const old = credentialsIn(app, gateway, 'usable', Date.now()).filter(
    (one) => one.consumerKey !== fresh.consumerKey && (one.issuedAt ?? 0) < (fresh.issuedAt ?? 0),
  );
  const { issuedAt = Date.now() } = fresh;
  // The mark may be of an older rotation that is over.
  if (rotation === undefined || rotation.until < issuedAt || old.length === 0) return;
  const until = Date.now() + rotation.until - issuedAt;
  const apigee = env.clients.apigee(env.gateway);
  await apigee.setAppAttribute(
    refOf(at, app.name),
    rotationMark({ ...rotation, until }),
    context.signal,
  );
  await retireLater(at, { app, fresh, old, until, rotation: rotation.job });
}

async function addKey(
  at: OwnerContext,
  app: DeveloperApp,
  { expiresInMs, overlapMs }: RotationOptions,
): Promise<{ app: DeveloperApp; until: number }> {
  const { context, env, to } = at;
  const gateway = env.gateway.name;
  const last = credentialsIn(app, gateway, 'usable', Date.now()).at(-1);
  if (last === undefined) throw unusable(app, gateway);
  if (isOwn(at)) await requireAccessStands(env, at.profile, context.signal);
  const until = Date.now() + overlapMs;
  const lifetime = expiresInMs ?? lifetimeOf(last);
  const rotated = await env.clients.apigee(env.gateway).generateKey(
    app,
    refOf(at, app.name).email,
    {
      products: [productName(gateway)],
      attributes: withRotation(app, { job: to.job, until }),
      ...(lifetime === undefined || lifetime < 0 ? {} : { expiresInMs: lifetime }),
    },
    context.signal,
  );
  registerKeys(env, rotated);
  return { app: rotated, until };
}

/** A key with an expiry is not replaced by one without. */
function lifetimeOf({ issuedAt, expiresAt = -1 }: Credential): number | undefined {
  return expiresAt < 0 || issuedAt === undefined ? undefined : expiresAt - issuedAt;
}

const newest = ({ credentials }: DeveloperApp): Credential | undefined =>
  credentials.toSorted((a, b) => (a.issuedAt ?? 0) - (b.issuedAt ?? 0)).at(-1);

async function tell(at: OwnerContext, { app, fresh, old, until }: Rotated): Promise<void> {
  const { notifier } = at.context;
  const replaces = { old: old.map(({ consumerKey }) => mask(consumerKey)), until };
  if (isOwn(at)) {
    const reveal = await toReveal(at, app, fresh, { isNew: true, replaces });
    return notifier.revealKey(at.to, reveal);
  }
  const facts = factsOf(at, app, fresh);
  await notifier.tellKey(ownerAddressee(at), {
    kind: 'rotated',
    ...facts,
    replaces,
    by: at.to.user,
  });
  await notifier.tellKey(at.to, { kind: 'rotated', ...facts, replaces, by: at.to.user });
}
