// Shared context of the key jobs: owner, requester and app.
import { guidance, slashCommand } from '../../src/kernel/guidance.ts';
import type { JobContext } from '../../src/job/context.ts';
import type { KeyContext, KeyFacts, KeyReveal } from './notifier.ts';
import type { Profile } from '../../src/kernel/profile.ts';
import type { Addressee } from '../../src/job/addressee.ts';
import type { AppRef } from '../../src/clients/apigee/client.ts';
import type { DeveloperApp, Credential } from '../../src/clients/apigee/schema.ts';
import { fail } from '../../src/kernel/errors.ts';
import { mask } from '../../src/kernel/redaction.ts';
import { noKey, quoted, readApps } from '../../src/gateway/credential.ts';
import { hostToSend, readEndpoint, readProof } from '../../src/gateway/endpoint.ts';
import type { ProvisionEnv } from '../../src/gateway/env.ts';
import { formatQuota } from '../../src/kernel/quota-window.ts';
import { appName } from '../../src/gateway/resources.ts';
import { shorten, typedWord } from '../../src/kernel/text.ts';

export interface OwnerContext {
  readonly context: KeyContext;
  readonly env: ProvisionEnv;
  /** Slack id of the keys' owner; the command has checked that the requester can act for them. */
  readonly owner: string;
  readonly profile: Profile;
  /** The requester, and the place of the answer. */
  readonly to: Addressee;
  /** An operator named the person, possibly themselves. */
  readonly isByOperator?: boolean | undefined;
}

export const isOwn = ({ owner, to }: Pick<OwnerContext, 'owner' | 'to'>): boolean =>
  owner === to.user;

/** The owner's direct messages: they receive news of their key also when someone else acted. */
export const ownerAddressee = ({ owner, to }: Pick<OwnerContext, 'owner' | 'to'>): Addressee => ({
  user: owner,
  channel: owner,
  job: to.job,
});

export const refOf = ({ profile }: Pick<OwnerContext, 'profile'>, app: string): AppRef => ({
  email: profile.email.toLowerCase(),
  app,
});

/**
 * The app by its Apigee name, or by the name that was typed when it was created.
 * @throws refused/no_key, refused/unknown_app.
 */
/** The part of the context that the app lookup needs. */
type Meant = Omit<OwnerContext, 'context'> & { readonly context: Pick<JobContext, 'signal'> };

export async function meantApp(at: Meant, word: string | undefined): Promise<DeveloperApp> {
  const { context, env, profile } = at;
  const gateway = env.gateway.name;
  const apps = await readApps(env, profile, context.signal, isOwn(at));
  if (word === undefined) {
    const [first] = apps;
    if (first === undefined) throw isOwn(at) ? noKey() : noKeyOf();
    return first;
  }
  const meant = [word, appName(gateway, word)];
  const found = apps.find(({ name }) => meant.includes(name));
  if (found !== undefined) return found;
  throw fail('refused', 'unknown_app', `No app ${typedWord(word)} has a key for this gateway`, {
    next: isOwn(at)
      ? guidance`Run ${slashCommand('key list')} to see your apps, or ${slashCommand(`key --app ${quoted(shorten(word, 60))}`)} to create this one.`
      : guidance`Run ${slashCommand('key list @them')} to see their apps.`,
  });
}

function noKeyOf() {
  return fail('refused', 'no_key', 'This person has no key for this gateway', {
    next: guidance`Run ${slashCommand('key @them')} to issue one. Only they can see it.`,
  });
}

export function factsOf(
  { env, owner }: Pick<OwnerContext, 'env' | 'owner'>,
  app: DeveloperApp,
  credential: Credential,
): KeyFacts {
  return {
    owner,
    gateway: env.gateway.name,
    app: app.name,
    masked: mask(credential.consumerKey),
    expiresAt: endOf(credential),
  };
}

/** Expiry, ms since the epoch; undefined for never. */
export const endOf = ({ expiresAt = -1 }: Credential): number | undefined =>
  expiresAt < 0 ? undefined : expiresAt;

export async function toReveal(
  { context, env }: OwnerContext,
  app: DeveloperApp,
  credential: Credential,
  more: Pick<KeyReveal, 'isNew' | 'replaces' | 'isEndKept'>,
): Promise<KeyReveal> {
  const [endpoint, proof] = await Promise.all([
    readEndpoint(env, context.signal),
    readProof(env, context.signal),
  ]);
  return {
    gateway: env.gateway.name,
    app: app.name,
    consumerKey: credential.consumerKey,
    endpoint,
    host: hostToSend(env, proof),
    model: env.gateway.model,
    quota: formatQuota(env.gateway.quota),
    issuedAt: credential.issuedAt,
    expiresAt: endOf(credential),
    ...more,
  };
}
