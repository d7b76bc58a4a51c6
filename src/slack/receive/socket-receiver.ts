// Slack over Socket Mode, reconnecting by our own hand: the library gives up, and throws unheard, when Slack's Web API is away.
import { type Logger, SocketModeReceiver, type webApi } from '@slack/bolt';
import type { Log } from '../../log.ts';

export interface SocketConnection {
  readonly receiver: SocketModeReceiver;
  /** Returns at once; the connection is made, and made again, in the background. */
  connect(): void;
  disconnect(): Promise<void>;
}

export interface SocketOptions {
  readonly appToken: string;
  readonly clientOptions: webApi.WebClientOptions;
  readonly logger: Logger;
  readonly log: Log;
}

const firstDelayMs = 500;
const maxDelayMs = 30_000;

export function createSocketReceiver(options: SocketOptions): SocketConnection {
  const { appToken, clientOptions, logger, log } = options;
  const receiver = new SocketModeReceiver({
    appToken,
    logger,
    autoReconnectEnabled: false,
    installerOptions: { clientOptions: { ...clientOptions } },
  });
  const { client } = receiver;
  const state: { isStopped: boolean; failures: number; timer: NodeJS.Timeout | undefined } = {
    isStopped: false,
    failures: 0,
    timer: undefined,
  };
  const connect = (): void => {
    state.timer = undefined;
    if (state.isStopped) return;
    client.start().catch((error: unknown) => {
      log.warn({ error: String(error) }, 'socket mode could not connect');
      later();
    });
  };
  const later = (): void => {
    if (state.isStopped || state.timer !== undefined) return;
    const delayMs = Math.min(maxDelayMs, firstDelayMs * 2 ** state.failures);
    state.failures += 1;
    state.timer = setTimeout(connect, delayMs);
  };
  client.on('connected', () => {
    state.failures = 0;
    log.info({}, 'socket mode connected');
  });
  client.on('disconnected', later);
  return {
    receiver,
    connect,
    disconnect: async () => {
      state.isStopped = true;
      clearTimeout(state.timer);
      await client.disconnect();
    },
  };
}
