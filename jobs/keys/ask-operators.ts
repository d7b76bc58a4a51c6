// A key that waits, as its product asks for approval: the operators are asked, and whoever wants it is told.
import { askOperators } from '../approvals/index.ts';
import type { DeveloperApp, Credential } from '../../src/clients/apigee/schema.ts';
import { mask } from '../../src/kernel/redaction.ts';
import { fingerprintOf } from '../../src/gateway/credential.ts';
import { type OwnerContext, factsOf } from './owner-context.ts';

/**
 * Asked once a key, whoever asks for it again meanwhile.
 * @param old keys of the app that work on until it is approved.
 */
export async function askForKey(
  at: OwnerContext,
  {
    app,
    credential,
    old,
  }: { app: DeveloperApp; credential: Credential; old: readonly Credential[] },
): Promise<void> {
  const facts = factsOf(at, app, credential);
  const hash = fingerprintOf(credential);
  await askOperators(at.context, {
    kind: 'key',
    id: `key-${hash}`,
    gateway: facts.gateway,
    by: { user: at.to.user, channel: at.to.channel },
    hash,
    owner: at.owner,
    app: facts.app,
    key: facts.masked,
  });
  const masked = old.map(({ consumerKey }) => mask(consumerKey));
  await at.context.notifier.tellKey(at.to, { kind: 'pending', ...facts, old: masked });
}
