// One call of GKE: channel on first use, token, timeout, one refresh when it is refused, errors as faults.
import type { ClusterManagerClient } from '@google-cloud/container';
import type { z } from 'zod';
import { fail } from '../../kernel/errors.ts';
import { type AccessTokens, withToken } from '../shared/access-tokens.ts';
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
    const answers = await withToken(tokens, attempt, isUnauthenticated).catch((error: unknown) => {
      throw gkeFault(error, what);
    });
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
