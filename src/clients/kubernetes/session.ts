// Session of the Kubernetes client: lazy connection, tokens, reconnects.
import { LlmgwError, fail } from '../../kernel/errors.ts';
import type { ClusterAccess, ClusterAccessSource } from '../shared/cluster-access.ts';
import { type AccessTokens, withToken } from '../shared/access-tokens.ts';
import { explainAway } from '../shared/cluster-away.ts';
import type { KubernetesObject, ObjectRef } from './client.ts';
import type { Connection } from './connection.ts';
import { certificateFailure, connectionFailure } from '../../kernel/connection-failure.ts';
import { kubernetesFault, statusOf } from './faults.ts';

export interface Session {
  call<T>(
    doing: string,
    signal: AbortSignal | undefined,
    timeoutMs: number,
    run: (connection: Connection, signal: AbortSignal) => Promise<T>,
  ): Promise<T>;
  /** Ends when the signal aborts or the watch breaks: the caller then reads again. */
  watch(
    ref: ObjectRef,
    signal: AbortSignal,
    seen: (object: KubernetesObject | undefined) => void,
  ): Promise<void>;
  readonly close: () => Promise<void>;
}

export function createSession(access: ClusterAccessSource, tokens: AccessTokens): Session {
  let open: { readonly to: ClusterAccess; readonly connection: Connection } | undefined;

  const close = async (): Promise<void> => {
    const closing = open;
    open = undefined;
    await closing?.connection.close();
  };
  const connect = async (): Promise<Connection> => {
    const to = await access.get();
    if (open === undefined || open.to !== to) {
      await close();
      const library = await import('./connection.ts');
      open = { to, connection: new library.Connection(to) };
    }
    return open.connection;
  };
  /** Of calls that fail together, the first closes the shared connection; a newer connection stays. */
  const forget = async (lost: Connection | undefined): Promise<void> => {
    if (lost === undefined || open?.connection !== lost) return;
    access.forget();
    await close();
  };
  return {
    call: async (doing, signal, timeoutMs, run) => {
      const timeout = AbortSignal.timeout(timeoutMs);
      const both = signal === undefined ? timeout : AbortSignal.any([signal, timeout]);
      let connection: Connection | undefined;
      try {
        const opened = await connect();
        connection = opened;
        const attempt = (token: string) => {
          opened.setToken(token);
          return run(opened, both);
        };
        return await withToken(tokens, attempt, (error) => statusOf(error) === 401);
      } catch (error) {
        signal?.throwIfAborted();
        if (error instanceof LlmgwError) throw error;
        if (statusOf(error) === undefined) {
          if (isLost(error)) await forget(connection);
          else if (connection !== undefined && open?.connection !== connection) {
            throw fail('transient', 'unavailable', `${doing}: the connection was lost`, {
              cause: error,
            });
          }
        }
        throw await explainAway(kubernetesFault(error, doing), access);
      }
    },
    watch: async (ref, signal, seen) => {
      let connection: Connection | undefined;
      try {
        connection = await connect();
        connection.setToken(await tokens.get());
        await connection.watch(ref, seen, signal);
      } catch (error) {
        if (isLost(error) && !signal.aborted) await forget(connection);
      }
    },
    close,
  };
}

/** Includes wrong certificates: the cluster may have been recreated. */
const isLost = (error: unknown): boolean =>
  connectionFailure(error) !== undefined || certificateFailure(error) !== undefined;
