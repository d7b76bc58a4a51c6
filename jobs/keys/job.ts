// Key jobs: issue, reveal, list, rotate, revoke, approve and deny.
import type { KeyContext } from './notifier.ts';
import type { KeyPayload } from './payload.ts';
import { forgetAccess } from '../../src/gateway/access-cache.ts';
import { credentialsIn, unusable } from '../../src/gateway/credential.ts';
import { ownerOf, rememberDeveloper } from '../../src/gateway/developer.ts';
import { noGateway } from '../../src/gateway/endpoint.ts';
import { askForKey } from './ask-operators.ts';
import {
  type OwnerContext,
  factsOf,
  isOwn,
  meantApp,
  ownerAddressee,
  toReveal,
} from './owner-context.ts';
import { getOrIssueKey, type IssuedKey } from './issue.ts';
import { warnBeforeEnd } from './scheduled-job.ts';
import { listKeys } from './list.ts';
import { decideKey, revokeKeys } from './revoke.ts';
import { rotateKey } from './rotate.ts';
import { appName, productName } from '../../src/gateway/resources.ts';

const defaultOverlapMs = 3_600_000;

/**
 * @throws refused/no_gateway, refused/no_key, refused/unknown_app, refused/key_not_approved, refused/key_pending,
 * refused/key_expired, refused/developer_unowned, refused/developer_taken, permanent/profile_hidden.
 */
export async function key(context: KeyContext, payload: KeyPayload): Promise<void> {
  const { action, gateway, to } = payload;
  // Only the person who clicked sees a key: no payload can name another.
  const owner = action === 'reveal' ? to.user : (payload.owner ?? to.user);
  const env = await context.env(gateway);
  const profile = await ownerOf(context, env, owner, to.user);
  const at: OwnerContext = { context, env, owner, profile, to, isByOperator: payload.isByOperator };
  try {
    await perform(at, payload);
  } finally {
    // The next question must not use access that was cached before this change.
    forgetAccess(env, owner);
  }
}

async function perform(at: OwnerContext, payload: KeyPayload): Promise<void> {
  const { action, app, gateway, expiresInMs } = payload;
  switch (action) {
    case 'issue':
      return issue(at, { app, expiresInMs });
    case 'reveal':
      return reveal(at, app);
    case 'list':
      return listKeys(at);
    case 'rotate':
      return rotateKey(at, {
        app,
        expiresInMs,
        overlapMs: payload.overlapMs ?? defaultOverlapMs,
      });
    case 'revoke':
      return revokeKeys(at, { app, isConfirmed: payload.isConfirmed });
    case 'approve':
    case 'deny': {
      const decision = { app, key: payload.key ?? '', isApproved: action === 'approve' };
      return decideKey(at, decision, productName(gateway));
    }
  }
}

async function issue(
  at: OwnerContext,
  { app, expiresInMs }: Pick<KeyPayload, 'app' | 'expiresInMs'>,
): Promise<void> {
  const { context, env, profile } = at;
  const gateway = env.gateway.name;
  const { signal } = context;
  const product = await env.clients.apigee(env.gateway).getProduct(productName(gateway), signal);
  if (product === undefined) throw noGateway(gateway, await context.runs.activeRun(gateway));
  const issued = await getOrIssueKey(
    env,
    {
      profile,
      app: appName(gateway, app),
      expiresInMs: expiresInMs === -1 ? undefined : expiresInMs,
      isGivenBack: !isOwn(at),
      // Only an operator can assign a developer that was created by hand.
      isByOperator: !isOwn(at) || at.isByOperator === true,
      isOwn: isOwn(at),
    },
    signal,
  );
  await rememberDeveloper(context, env, profile);
  if (issued.isNew) await warnBeforeEnd(at, issued.app, issued.credential);
  const facts = factsOf(at, issued.app, issued.credential);
  if (issued.isPending) return askForKey(at, { ...issued, old: [] });
  if (isOwn(at)) return show(at, issued, expiresInMs !== undefined);
  if (issued.isNew) {
    await context.notifier.tellKey(ownerAddressee(at), {
      kind: 'issued',
      ...facts,
      by: at.to.user,
    });
  }
  await context.notifier.tellKey(at.to, { kind: 'issued_for', ...facts, isNew: issued.isNew });
}

async function show(
  at: OwnerContext,
  { app, credential, isNew }: IssuedKey,
  requestsExpiry: boolean,
): Promise<void> {
  const { notifier } = at.context;
  const isEndKept = requestsExpiry && !isNew;
  const shown = await toReveal(at, app, credential, { isNew, isEndKept });
  if (isNew) await notifier.revealKey(at.to, shown);
  else await notifier.announceKey(at.to, shown);
}

/** The newest usable key: during a rotation, the new one. */
async function reveal(at: OwnerContext, name: string | undefined): Promise<void> {
  const app = await meantApp(at, name);
  const credential = credentialsIn(app, at.env.gateway.name, 'usable', Date.now()).at(-1);
  if (credential === undefined) throw unusable(app, at.env.gateway.name);
  const shown = await toReveal(at, app, credential, { isNew: false });
  await at.context.notifier.revealKey(at.to, shown);
}
