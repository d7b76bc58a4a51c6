// Receiver role: accepts deliveries over HTTP or Socket Mode and queues their work.
import { createTexts } from '../../kernel/texts.ts';
import type { Redis } from 'ioredis';
import { createAuditTrail } from '../../kernel/audit-trail.ts';
import type { GatewayConfig, SlackMode } from '../../kernel/config.ts';
import type { HealthChecks } from '../../kernel/health.ts';
import type { Log } from '../../kernel/log.ts';
import type { Metrics } from '../../kernel/metrics.ts';
import type { Redactor } from '../../kernel/redaction.ts';
import type { Queues } from '../../engine/queue.ts';
import type { WorkerPresence } from '../../engine/worker-presence.ts';
import type { RunStore } from '../../engine/run-store.ts';
import { boltLog } from '../send/bolt-log.ts';
import { findBotIdentity } from './bot-identity.ts';
import { openSlackSetup } from '../setup/open-setup.ts';
import type { SlackSetup } from '../setup/slack-setup.ts';
import type { CallBudget } from '../send/call-budget.ts';
import { type SlackApi, clientOptions, createSlackApi } from '../send/clients.ts';
import type { Handlers } from '../dispatch/handlers.ts';
import type { HandlerContext } from '../dispatch/command.ts';
import { connectMessenger } from '../send/connect-messenger.ts';
import { createHttpReceiver } from './http-receiver.ts';
import { createDispatcher } from './dispatcher.ts';
import { createOutbox } from '../outbox/outbox.ts';
import { replyTellers } from '../outbox/replies.ts';
import { createReplies } from './tell-replies.ts';
import { createPendingWork } from './pending-work.ts';
import { createPermissions } from '../people/permissions.ts';
import { createPeople } from '../people/people.ts';
import { type PeoplePolicy, defaultPolicy } from '../people/person.ts';
import { createSocketReceiver } from './socket-receiver.ts';
import { type WorkerWatch, watchWorkers } from './worker-watch.ts';
import { createTypedNames } from '../people/typed-names.ts';

/** Slack's Web API and its budget, for the surfaces of a capability. */
export interface SlackWires {
  readonly api: SlackApi;
  readonly budget: CallBudget;
}

/** The context without the stores of capabilities. */
export type PlatformHandlerContext = Omit<HandlerContext, 'leases' | 'timedJobs'>;

interface StoreWires {
  readonly redis: Redis;
  readonly prefix: string;
}

export interface StartSlackOptions {
  readonly slack: {
    readonly botToken: string;
    readonly transport: SlackMode;
    readonly limits: number;
  };
  /** Address to listen on; all interfaces when absent. */
  readonly host?: string | undefined;
  /** Base URL of Slack's Web API. */
  readonly apiUrl: string;
  readonly operators: readonly string[];
  /** Metrics of the process, if it has them already. */
  readonly setup?: SlackSetup;
  readonly requiresApproval: readonly string[];
  /** People served besides the members of this organisation; nobody by default. */
  readonly people?: PeoplePolicy;
  readonly gateways: Readonly<Record<string, GatewayConfig>>;
  /** Of all capabilities. */
  readonly handlers: Handlers;
  /** Adds the stores of the capabilities to the context. */
  readonly openHandlerContext: (
    ctx: PlatformHandlerContext,
    wires: SlackWires & StoreWires,
  ) => HandlerContext;
  readonly queues: Queues;
  readonly store: RunStore;
  /** A connection that fails commands after a few seconds (`failFast`). */
  readonly redis: Redis;
  readonly prefix: string;
  readonly redactor: Redactor;
  readonly metrics: Metrics;
  readonly log: Log;
}

export interface Slack {
  /** Port it listens on; undefined in Socket Mode. */
  readonly port: number | undefined;
  readonly checks: HealthChecks;
  /** Notifies people whose requests wait while no worker runs. */
  watchWorkers(presence: WorkerPresence): WorkerWatch;
  /** Callers must reconnect from now on; deliveries are still accepted. */
  leave(): void;
  /** Accepts no more deliveries, and returns when the accepted ones have replies. */
  stop(): Promise<void>;
}

/**
 * Slack may be unavailable at the start, and no delivery waits for it.
 * @throws Error when the port is taken.
 */
export async function startSlack(options: StartSlackOptions): Promise<Slack> {
  const { slack, apiUrl, log } = options;
  const logger = boltLog(log);
  const apiOptions = { token: slack.botToken, apiUrl, logger };
  const stopped = new AbortController();
  const setup =
    options.setup ?? openSlackSetup({ ...options, token: slack.botToken }, stopped.signal);
  const api = createSlackApi({ ...apiOptions, onFault: setup.noteFault });
  const identity = findBotIdentity({ api, log }, stopped.signal);
  const sending = connectMessenger({ ...options, api, limits: slack.limits });
  const people = createPeople({
    api,
    organisation: async () => (await identity.found).organisation,
    policy: options.people ?? defaultPolicy,
    memory: sending.memory,
    log,
  });
  const { handlers, queues, store, requiresApproval, gateways, redis, prefix } = options;
  const platform: PlatformHandlerContext = {
    handlers,
    queues,
    store,
    texts: createTexts(redis, prefix, log),
    requiresApproval,
    gateways,
    log,
    ...sending,
    permissions: createPermissions({ operators: options.operators, api, log, people }),
    audit: createAuditTrail(options),
  };
  const ctx = options.openHandlerContext(platform, { api, budget: sending.budget, redis, prefix });

  const pending = createPendingWork(log);
  const { metrics, host } = options;
  const names = createTypedNames(api);
  const { messenger, memory } = sending;
  const outbox = createOutbox({ queues, memory, redactor: options.redactor });
  const replies = createReplies({ outbox, tellers: replyTellers(messenger), pending });
  const dispatcher = createDispatcher({
    ctx,
    identity,
    people,
    names,
    metrics,
    pending,
    replies,
    noteFault: setup.noteFault,
  });
  const { transport } = slack;
  const receiver =
    transport.mode === 'http'
      ? createHttpReceiver({ ...transport, host, log, metrics }, dispatcher)
      : createSocketReceiver(
          {
            appToken: transport.appToken,
            clientOptions: clientOptions(apiOptions),
            logger,
            log,
            onToken: setup.noteAppToken,
          },
          dispatcher,
        );
  const port = await receiver.start();
  log.info({ mode: transport.mode, port }, 'listening to Slack');
  return {
    port,
    checks: { slack: { check: setup.check, kind: 'setup' }, ...receiver.checks },
    watchWorkers: (presence) => watchWorkers({ presence, queues, replies, log }),
    leave: receiver.leave,
    stop: async () => {
      stopped.abort();
      await receiver.stop();
      await pending.settled();
      await ctx.audit.settled();
    },
  };
}
