// Approval request for a key whose API product requires one.
import { askOperators } from '../approvals/index.ts';
import type { DeveloperApp, Credential } from '../../src/clients/apigee/schema.ts';
import { mask } from '../../src/kernel/redaction.ts';
import { fingerprintOf } from '../../src/gateway/credential.ts';
import { type OwnerContext, factsOf } from './owner-context.ts';

/**
 * One request per key, even if the key is requested again.
 * @param old keys of the app that keep working until the approval.
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
