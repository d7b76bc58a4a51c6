// Questions sent with cached access, and resent with fresh access after a refusal.
import type { AskContext } from './context.ts';
import type { Completion } from '../../src/clients/inference/client.ts';
import type { HeldKey } from '../../src/gateway/credential.ts';
import type { KeyOwner } from '../../src/gateway/developer.ts';
import type { ProvisionEnv } from '../../src/gateway/env.ts';
import type { ModelAnswer } from './answer-to.ts';
import {
  type ResolvedAccess,
  forgetAccess,
  resolveAccess,
} from '../../src/gateway/access-cache.ts';

export interface Asking {
  readonly env: ProvisionEnv;
  readonly owner: KeyOwner;
  readonly known: ResolvedAccess;
  put(known: ResolvedAccess): Promise<ModelAnswer>;
}

/** Never throws for a failed lookup: the first answer remains. */
export async function putQuestion(
  context: Pick<AskContext, 'runs' | 'signal'>,
  { env, owner, known, put }: Asking,
): Promise<ModelAnswer & { readonly held: HeldKey }> {
  const first = { ...(await put(known)), held: known.held };
  if (!mayBeOutdated(first.completion)) return first;
  forgetAccess(env, owner.user);
  // Without fresh access, the first answer remains.
  const now = await resolveAccess(context, env, owner).catch(() => known);
  return isSame(known, now) ? first : { ...(await put(now)), held: now.held };
}

/** A refused key or a moved gateway; no part of an answer had arrived. */
function mayBeOutdated(completion: Completion | undefined): boolean {
  if (completion === undefined || completion.ok || completion.midStream) return false;
  const { status, network } = completion;
  return network !== undefined || status === 401 || status === 403 || status === 404;
}

function isSame(one: ResolvedAccess, other: ResolvedAccess): boolean {
  return (
    one.held.credential.consumerKey === other.held.credential.consumerKey &&
    one.access.endpoint === other.access.endpoint &&
    one.access.host === other.access.host
  );
}
