// The connection to the cluster over time: opened when first needed, token by token, opened anew when it is lost.
import { LlmgwError } from '../../errors.ts';
import type { ClusterAccess, ClusterAccessSource } from '../cluster-access.ts';
import type { AccessTokens } from '../access-tokens.ts';
import type { KubernetesObject, ObjectRef } from './client.ts';
import type { Connection } from './connection.ts';
import { connectionFailure, kubernetesFault, statusOf } from './faults.ts';

export interface Session {
  call<T>(
    doing: string,
    signal: AbortSignal | undefined,
    timeoutMs: number,
    run: (connection: Connection, signal: AbortSignal) => Promise<T>,
  ): Promise<T>;
  /** Ends when the signal aborts or the watch breaks: whoever waits looks again. */
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
  const forget = async (): Promise<void> => {
    access.forget();
    await close();
  };
  return {
    call: async (doing, signal, timeoutMs, run) => {
      const timeout = AbortSignal.timeout(timeoutMs);
      const both = signal === undefined ? timeout : AbortSignal.any([signal, timeout]);
      try {
        const connection = await connect();
        connection.setToken(await tokens.get());
        try {
          return await run(connection, both);
        } catch (error) {
          if (statusOf(error) !== 401) throw error;
          connection.setToken(await tokens.refresh());
          return await run(connection, both);
        }
      } catch (error) {
        signal?.throwIfAborted();
        if (!(error instanceof LlmgwError) && connectionFailure(error) !== undefined) {
          await forget();
        }
        throw kubernetesFault(error, doing);
      }
    },
    watch: async (ref, signal, seen) => {
      try {
        const connection = await connect();
        connection.setToken(await tokens.get());
        await connection.watch(ref, seen, signal);
      } catch (error) {
        if (connectionFailure(error) !== undefined && !signal.aborted) await forget();
      }
    },
    close,
  };
}
