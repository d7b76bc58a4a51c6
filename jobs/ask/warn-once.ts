// Quota warnings: one per person and quota window.
import type { AskContext } from './context.ts';
import type { AskPayload } from './payload.ts';
import { toFault } from '../../src/kernel/errors.ts';
import type { HeldKey } from '../../src/gateway/credential.ts';
import type { ProvisionEnv } from '../../src/gateway/env.ts';
import { usageKey } from '../quota/job.ts';
import { warnsAt } from '../quota/warning.ts';
import { windowMs, windowName } from '../../src/kernel/quota-window.ts';

export interface Sent {
  readonly context: AskContext;
  readonly env: ProvisionEnv;
  readonly payload: AskPayload;
  readonly held: HeldKey;
}

const keyOf = ({ env, payload, held }: Sent): string =>
  usageKey({
    gateway: env.gateway.name,
    user: payload.to.user,
    app: held.app.name,
    quota: env.gateway.quota,
  });

/** Requests of this bot with the app in the current quota window; others are not counted. */
export function countRequest(sent: Sent): Promise<number> {
  return sent.context.usage.count(keyOf(sent), windowMs(sent.env.gateway.quota));
}

/**
 * Sends one warning for concurrent asks and repeated jobs; a crash may lose it, but nothing duplicates it.
 * The answer is complete, so a failure is only logged.
 * @param used as counted with this request.
 */
export async function warnOnce(sent: Sent, used: number): Promise<void> {
  const { context, env, payload, held } = sent;
  const { name: gateway, quota } = env.gateway;
  const { limit } = quota;
  const from = warnsAt(limit);
  // The refusal of the next request reports a spent quota.
  if (from === undefined || used < from || used >= limit) return;
  const { usage, notifier, log } = context;
  const key = keyOf(sent);
  try {
    if (!(await usage.claim(key))) return;
    const now = await usage.read(key);
    await notifier.warnQuota(payload.to, {
      gateway,
      app: held.app.name,
      limit,
      window: windowName(quota),
      used: Math.max(used, now.used),
      resetsAt: now.resetsAt,
    });
  } catch (error) {
    log.warn({ job: payload.to.job, err: toFault(error) }, 'quota warning failed');
  }
}
