// Protection checks: four requests from outside, and a test of streaming.
import { guidance, slashCommand } from '../../../src/kernel/guidance.ts';
import { wasServed } from '../../../src/clients/inference/ending.ts';
import type { Completion } from '../../../src/clients/inference/client.ts';
import { fail } from '../../../src/kernel/errors.ts';
import { formatBound } from '../../../src/kernel/duration.ts';
import { windowMs } from '../../../src/kernel/quota-window.ts';
import type { Context } from '../../../src/gateway/objects.ts';
import { removeProbeApp } from './probe-app.ts';
import {
  type ProbeOptions,
  codeOf,
  describeCompletion,
  outcomeOf,
  probe,
  wrongKey,
} from '../../../src/gateway/probes.ts';

export type ProofName = 'no-key' | 'wrong-key' | 'right-key' | 'over-quota';

export interface Proof {
  readonly name: ProofName;
  /** `refused`, `401`, `200` or `429`. */
  readonly expected: string;
  readonly status: number;
  /** Apigee's error code; empty for an answer. */
  readonly code: string;
  readonly ok: boolean;
}

/** Where the requests go. `host`: the name that Apigee knows the gateway by; undefined: the address. */
type ProvenAt = Pick<ProbeOptions, 'endpoint' | 'host'>;

/** A larger quota costs too many requests to use up. */
const mostExercised = 120;
const atOnce = 8;
const longestWaitMs = 120_000;

/** @throws transient/not_refused_yet; permanent never: Apigee's caches may lag for minutes. */
export async function proveRefusals(context: Context, at: ProvenAt): Promise<Proof[]> {
  const bare = await probe(context, at);
  if (outcomeOf(bare) !== 'no_key') throw lagging('without a key', bare);
  const wrong = await probe(context, { ...at, consumerKey: wrongKey() });
  if (outcomeOf(wrong) !== 'wrong_key') throw lagging('with an invalid key', wrong);
  return [
    { name: 'no-key', expected: 'refused', status: statusOf(bare), code: codeOf(bare), ok: true },
    { name: 'wrong-key', expected: '401', status: statusOf(wrong), code: codeOf(wrong), ok: true },
  ];
}

/** A streamed request verifies both the key and streaming, which `ask` needs to know. */
export async function proveRightKey(
  context: Context,
  of: ProvenAt & { readonly consumerKey: string },
): Promise<{ readonly proof: Proof; readonly streaming: boolean }> {
  const streamed = await probe(context, { ...of, stream: true, maxTokens: 32 });
  const seen = streamed.ok && streamed.text !== '' ? streamed : await probe(context, of);
  if (outcomeOf(seen) === 'quota_spent') throw await spentEarlier(context);
  if (!wasServed(seen)) throw lagging('with a valid key', seen);
  return {
    proof: { name: 'right-key', expected: '200', status: 200, code: '', ok: true },
    streaming: seen === streamed && cameInPieces(streamed),
  };
}

/** An interrupted attempt used the quota. A long window is not waited for, as a new app has a new counter. */
async function spentEarlier(context: Context) {
  const lengthMs = windowMs(context.env.gateway.quota);
  if (lengthMs > longestWaitMs) await removeProbeApp(context);
  return fail(
    'transient',
    'probe_quota_spent',
    'An earlier attempt used the quota of the probe app',
    {
      next: `Wait: the run retries until the quota window of ${formatBound(lengthMs)} has passed.`,
    },
  );
}

/** A buffered stream arrives at once, so its first text comes at the end. */
function cameInPieces(completion: Completion): boolean {
  return (
    completion.ok &&
    completion.streamed &&
    completion.pieces > 1 &&
    completion.firstTokenMs < 0.8 * completion.totalMs
  );
}

/**
 * Uses up the quota. A window may end in the middle, so one request too many is sent up to twice.
 * @throws transient/quota_not_in_force when all were answered: a new quota takes minutes to apply.
 */
export async function proveQuota(
  context: Context,
  of: ProvenAt & { readonly consumerKey: string },
): Promise<Proof> {
  const { limit } = context.env.gateway.quota;
  const name = 'over-quota';
  if (limit > mostExercised) {
    return { name, expected: '429', status: 0, code: 'not_exercised', ok: true };
  }
  for (let round = 0; round < 2; round += 1) {
    const refused = await sendOneTooMany(context, of, limit + 1);
    if (refused !== undefined) {
      const status = statusOf(refused);
      return { name, expected: '429', status, code: codeOf(refused), ok: status === 429 };
    }
  }
  throw fail(
    'transient',
    'quota_not_in_force',
    `Apigee answered ${2 * limit + 2} requests, but the limit is ${limit} per quota window`,
    {
      next: 'Wait up to three minutes for Apigee to enforce a new quota, then check the operation set.',
    },
  );
}

/** The first quota fault among `count` requests, a few of them at a time. @throws transient/probe_failed for any other fault. */
async function sendOneTooMany(
  context: Context,
  of: ProvenAt & { readonly consumerKey: string },
  count: number,
): Promise<Completion | undefined> {
  for (let sent = 0; sent < count; sent += atOnce) {
    const batch = Math.min(atOnce, count - sent);
    const seen = await Promise.all(Array.from({ length: batch }, () => probe(context, of)));
    const refused = seen.find((one) => outcomeOf(one) === 'quota_spent');
    if (refused !== undefined) return refused;
    const failed = seen.find((one) => !wasServed(one));
    if (failed !== undefined) throw lagging('within the quota', failed);
  }
  return undefined;
}

function lagging(when: string, seen: Completion) {
  return fail('transient', 'not_proven_yet', `A request ${when}: ${describeCompletion(seen)}`, {
    next: guidance`Wait up to three minutes for Apigee to apply a change, then check ${slashCommand('status')}.`,
    details: { outcome: outcomeOf(seen) },
  });
}

const statusOf = (completion: Completion): number =>
  completion.ok ? 200 : (completion.status ?? 0);
