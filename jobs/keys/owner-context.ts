// What the parts of the key job share: whose keys they are about, who asked, and the app that was meant.
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
import { readEndpoint } from '../../src/gateway/endpoint.ts';
import type { ProvisionEnv } from '../../src/gateway/env.ts';
import { formatQuota } from '../../src/kernel/quota-window.ts';
import { appName } from '../../src/gateway/resources.ts';
import { shorten, typedWord } from '../../src/kernel/text.ts';

export interface OwnerContext {
  readonly context: KeyContext;
  readonly env: ProvisionEnv;
  /** Whose keys: Slack vouches for the asker, and the command has looked whether they may act for another. */
  readonly owner: string;
  readonly profile: Profile;
  /** Who asked, and where the answer goes. */
  readonly to: Addressee;
  /** An operator has named the person, also where that is the operator. */
  readonly isByOperator?: boolean | undefined;
}

export const isOwn = ({ owner, to }: Pick<OwnerContext, 'owner' | 'to'>): boolean =>
  owner === to.user;

/** The owner's direct messages: what concerns a key is said to its owner also when somebody else asked. */
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
 * The app that was meant: by the name that Apigee has for it, or by the one that was typed when it was made.
 * @throws refused/no_key, refused/unknown_app.
 */
/** What tells an app: more than reads is not needed. */
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
  throw fail(
    'refused',
    'unknown_app',
    `There is no app ${typedWord(word)} with a key for this gateway`,
    {
      next: isOwn(at)
        ? guidance`See yours with ${slashCommand('key list')}, or make it with ${slashCommand(`key --app ${quoted(shorten(word, 60))}`)}.`
        : guidance`List theirs with ${slashCommand('key list @them')}.`,
    },
  );
}

function noKeyOf() {
  return fail('refused', 'no_key', 'They have no key for this gateway yet', {
    next: guidance`Issue one with ${slashCommand('key @them')}; they are told, and only they see it.`,
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

/** When it ends, ms since the epoch; undefined for never. */
export const endOf = ({ expiresAt = -1 }: Credential): number | undefined =>
  expiresAt < 0 ? undefined : expiresAt;

export async function toReveal(
  { context, env }: OwnerContext,
  app: DeveloperApp,
  credential: Credential,
  more: Pick<KeyReveal, 'isNew' | 'replaces' | 'isEndKept'>,
): Promise<KeyReveal> {
  return {
    gateway: env.gateway.name,
    app: app.name,
    consumerKey: credential.consumerKey,
    endpoint: await readEndpoint(env, context.signal),
    model: env.gateway.model,
    quota: formatQuota(env.gateway.quota),
    issuedAt: credential.issuedAt,
    expiresAt: endOf(credential),
    ...more,
  };
}
