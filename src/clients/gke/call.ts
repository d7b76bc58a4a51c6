// One GKE call: channel, token, timeout, token refresh, error mapping.
import type { ClusterManagerClient } from '@google-cloud/container';
import type { z } from 'zod';
import { fail, type LlmgwError } from '../../kernel/errors.ts';
import { type AccessTokens, consumerOf, headersFor, withToken } from '../shared/access-tokens.ts';
import { isUndecided, obstacleFault } from '../shared/obstacle.ts';
import { judgeByState, withState } from '../shared/obstacle-state.ts';
import { readActivity } from './activity.ts';
import type { ClusterPlace } from './client.ts';
import { connectClusterManager } from './connect.ts';
import { gkeFault, isUnauthenticated, refusalOf } from './faults.ts';

interface CallSettings {
  readonly timeout: number;
  /** The library would repeat a call for ten minutes, which hides an outage from the engine. */
  readonly retry: null;
  readonly otherArgs: { readonly headers: Record<string, string> };
}

export interface GkeCall {
  readonly doing: string;
  readonly projectId: string;
  readonly timeoutMs: number;
  /** The cluster that the call changes: its state decides on a refusal whose code does not. */
  readonly changes?: ClusterPlace | undefined;
}

export type CallGke = <T>(
  what: GkeCall,
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
    const attempt = async (token: string): Promise<readonly unknown[]> =>
      run(client, {
        timeout: what.timeoutMs,
        retry: null,
        otherArgs: { headers: await headersFor(tokens, token, what.projectId) },
      });
    // A refused call had no effect, so it is repeated once.
    const ask = (mayRepeat: boolean): Promise<readonly unknown[]> =>
      withToken(tokens, attempt, isUnauthenticated).catch(async (error: unknown) => {
        const verdict = await judge(call, what, error);
        if (verdict === 'repeat' && mayRepeat) return ask(false);
        if (verdict !== undefined && verdict !== 'repeat') throw verdict;
        const isDenied = refusalOf(error)?.status === 'PERMISSION_DENIED';
        const consumer = isDenied ? await consumerOf(tokens, what.projectId) : undefined;
        throw gkeFault(error, { ...what, consumer });
      });
    const answers = await ask(true);
    const parsed = answer.safeParse(answers[0]);
    if (parsed.success) return parsed.data;
    throw fail('bug', 'unexpected_answer', `${what.doing}: GKE returned an unexpected answer`, {
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

/** @returns the error to throw, if the state of the cluster decides on the refusal. */
async function judge(
  call: CallGke,
  { doing, changes }: GkeCall,
  error: unknown,
): Promise<LlmgwError | 'repeat' | undefined> {
  const refusal = refusalOf(error);
  if (changes === undefined || refusal === undefined || !isUndecided(refusal)) return undefined;
  const state = await readActivity(call, changes, refusal);
  const obstacle = judgeByState(refusal, state);
  if (obstacle === undefined || obstacle === 'repeat') return obstacle;
  return obstacleFault(obstacle, withState(`${doing}: ${refusal.message.trim()}`, obstacle, state));
}
