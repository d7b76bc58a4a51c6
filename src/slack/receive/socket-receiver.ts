// Socket Mode receiver, reconnected in the background until its stop.
import { type Logger, SocketModeReceiver, type webApi } from '@slack/bolt';
import { type Fault, fail } from '../../kernel/errors.ts';
import { inTime } from '../../kernel/in-time.ts';
import type { Log } from '../../kernel/log.ts';
import { guardFrames } from './socket-frames.ts';
import type { Dispatcher, SlackReceiver } from './receiver-context.ts';
import { refusedToken, slackFault } from '../send/slack-faults.ts';

interface SocketOptions {
  readonly appToken: string;
  readonly clientOptions: webApi.WebClientOptions;
  readonly logger: Logger;
  readonly log: Log;
  /** Slack's error for the app-level token; undefined when it was accepted. */
  readonly onToken: (fault: Fault | undefined) => void;
}

const firstDelayMs = 500;
const maxDelayMs = 30_000;
const lastAcksMs = 1_000;

const socketOff = (): Fault =>
  fail('permanent', 'slack_socket_off', 'Socket Mode is off in the settings of the app', {
    next: 'Turn on Socket Mode in the settings of the Slack app, or set SLACK_MODE=http.',
    details: { variable: 'SLACK_MODE' },
  }).fault;

/** Reconnects itself: the library gives up, with an unhandled rejection, while Slack's Web API is away. */
export function createSocketReceiver(
  options: SocketOptions,
  dispatcher: Dispatcher,
): SlackReceiver {
  const { appToken, clientOptions, logger, log, onToken } = options;
  const receiver = new SocketModeReceiver({
    appToken,
    logger,
    autoReconnectEnabled: false,
    installerOptions: { clientOptions: { ...clientOptions } },
  });
  const open = new Set<Promise<void>>();
  // The receiver calls only `processEvent` of an app.
  const hearing: { init(app: Dispatcher): void } = receiver;
  hearing.init(noteOpen(dispatcher, open));
  const { client } = receiver;
  guardFrames(client, {
    log,
    onDisconnect: (reason) => {
      if (reason === 'link_disabled') onToken(socketOff());
    },
  });
  const state = { isStopped: false, isConnected: false, failures: 0 };
  let timer: NodeJS.Timeout | undefined;
  const connect = (): void => {
    timer = undefined;
    if (state.isStopped) return;
    client.start().catch((error: unknown) => {
      const { fault } = slackFault(error, 'open a Socket Mode connection', 'SLACK_APP_TOKEN');
      const refused = refusedToken(fault, 'SLACK_APP_TOKEN');
      if (refused !== undefined) onToken(refused);
      else log.warn({ err: fault }, 'socket mode could not connect');
      later();
    });
  };
  const later = (): void => {
    if (state.isStopped || timer !== undefined) return;
    const delayMs = Math.min(maxDelayMs, firstDelayMs * 2 ** state.failures);
    state.failures += 1;
    timer = setTimeout(connect, delayMs);
  };
  client.on('connected', () => {
    state.failures = 0;
    state.isConnected = true;
    onToken(undefined);
    log.info({}, 'socket mode connected');
  });
  client.on('disconnected', () => {
    state.isConnected = false;
    later();
  });
  return {
    checks: {
      socket: {
        kind: 'work',
        check: () => {
          if (state.isConnected) return;
          throw fail('transient', 'socket_away', 'Socket Mode is not connected', {
            next: 'Search the log for "slack setup wrong", and check that Slack can be reached.',
          });
        },
      },
    },
    // The connection is opened, and reopened, in the background.
    start: async () => {
      connect();
      return undefined;
    },
    leave: () => undefined,
    stop: async () => {
      state.isStopped = true;
      clearTimeout(timer);
      // An ack needs the connection of its delivery.
      await inTime(Promise.all(open), lastAcksMs);
      await client.disconnect();
    },
  };
}

/** @param open holds the deliveries in progress. */
const noteOpen = (dispatcher: Dispatcher, open: Set<Promise<void>>): Dispatcher => ({
  processEvent: async (event) => {
    const work = dispatcher.processEvent(event);
    open.add(work);
    await work.finally(() => open.delete(work));
  },
});
