// One call of GKE: channel on first use, token, timeout, one refresh when it is refused, errors as faults.
import type { ClusterManagerClient } from '@google-cloud/container';
import type { z } from 'zod';
import { LlmgwError, fail } from '../../kernel/errors.ts';
import type { AccessTokens } from '../shared/access-tokens.ts';
import { connectClusterManager } from './connect.ts';
import { gkeFault, isUnauthenticated } from './faults.ts';

interface CallSettings {
  readonly timeout: number;
  /** The library would repeat a look for ten minutes, which hides an outage from the engine. */
  readonly retry: null;
  readonly otherArgs: { readonly headers: Record<string, string> };
}

export type CallGke = <T>(
  what: { readonly doing: string; readonly projectId: string; readonly timeoutMs: number },
  run: (client: ClusterManagerClient, settings: CallSettings) => Promise<readonly unknown[]>,
  answer: z.ZodType<T>,
) => Promise<T>;

export function createCallGke(
  tokens: AccessTokens,
  url: string,
): { readonly call: CallGke; readonly close: () => Promise<void> } {
  let manager: Promise<ClusterManagerClient> | undefined;
  const call: CallGke = async (what, run, answer) => {
    manager ??= connectClusterManager(url);
    const client = await manager.catch((error: unknown) => {
      manager = undefined;
      throw error;
    });
    const attempt = (token: string): Promise<readonly unknown[]> =>
      run(client, {
        timeout: what.timeoutMs,
        retry: null,
        otherArgs: { headers: { authorization: `Bearer ${token}` } },
      });
    let answers: readonly unknown[];
    try {
      try {
        answers = await attempt(await tokens.get());
      } catch (error) {
        if (!isUnauthenticated(error)) throw error;
        answers = await attempt(await tokens.refresh());
      }
    } catch (error) {
      throw gkeFault(error, what);
    }
    const parsed = answer.safeParse(answers[0]);
    if (parsed.success) return parsed.data;
    throw fail('bug', 'unexpected_answer', `${what.doing}: GKE's answer lacks what it must have`, {
      details: { issues: parsed.error.issues.map((issue) => issue.path.join('.')) },
    });
  };
  return {
    call,
    close: async () => {
      const open = manager;
      manager = undefined;
      if (open !== undefined) await (await open).close();
    },
  };
}

/** `undefined` instead of a not_found fault, for look-ups. */
export async function orMissing<T>(looking: Promise<T>): Promise<T | undefined> {
  try {
    return await looking;
  } catch (error) {
    if (error instanceof LlmgwError && error.fault.code === 'not_found') return undefined;
    throw error;
  }
}
