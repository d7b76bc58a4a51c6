// Application: wires the roles of one process.
import { setTimeout as after } from 'node:timers/promises';
import { boundRunbooks, handlers, jobs, openHandlerContext, runbooks } from '../jobs/index.ts';
import { createApprovals } from '../jobs/approvals/store.ts';
import { createAskStore } from '../jobs/ask/store.ts';
import { connectClients } from './clients/connect.ts';
import { sweepTemporaryFolders } from './clients/helm/temporary-folders.ts';
import { preloadLibraries } from './clients/preload.ts';
import { runAuditor } from '../jobs/audit/note-ends.ts';
import { createAuditTrail } from './kernel/audit-trail.ts';
import { type Config, configuredSecrets } from './kernel/config.ts';
import { toFault } from './kernel/errors.ts';
import { createEnvs } from './gateway/envs.ts';
import { createHomeRefresh, homeFollower } from '../jobs/home/refresh.ts';
import { createHomeStore } from '../jobs/home/store.ts';
import { createLog } from './kernel/log.ts';
import { createHealth } from './kernel/health.ts';
import { startHealthServer } from './kernel/health-server.ts';
import { createMetrics } from './kernel/metrics.ts';
import { createOutbox } from './slack/outbox/outbox.ts';
import { refusalListener } from './slack/outbox/refusals.ts';
import { createRedactor } from './kernel/redaction.ts';
import { createQueues } from './engine/queue.ts';
import { connectRedis } from './kernel/redis.ts';
import type { StoreAddress } from './kernel/redis-address.ts';
import { type ShutdownHook, endAll } from './kernel/shutdown.ts';
import { watchStoreSetup } from './kernel/store-setup.ts';
import { createRunStore, defaultPrefix } from './engine/run-store.ts';
import { createWorkerPresence } from './engine/worker-presence.ts';
import { startWorkers } from './engine/worker.ts';
import { openSlackSetup } from './slack/setup/open-setup.ts';
import type { SlackSetup } from './slack/setup/slack-setup.ts';
import { startSlack } from './slack/receive/receiver.ts';
import { createSlackNotifier } from '../jobs/slack-notifier.ts';
import { createAdmission } from '../jobs/approvals/admission.ts';
import { connectionTrouble } from './kernel/store-faults.ts';
import { storeChecks } from './kernel/store-health.ts';
import { createTexts } from './kernel/texts.ts';
import { createUsageCounter } from './kernel/usage.ts';
import { quotaRequestFollower } from '../jobs/quota/follow-runs.ts';
import { createWatchStore } from '../jobs/health/watch/store.ts';
import type { Ground } from './kernel/ground.ts';
import { plainJobs, watchJob } from '../jobs/worker-jobs.ts';

export interface App {
  /** Resolves once the process serves its role. @throws Error when a port is taken. */
  start(): Promise<void>;
  /** Takes no new work, finishes or hands over its jobs, closes every connection. */
  stop(): Promise<void>;
}

/** Maximum time of a stop after the drain, ms: unfinished jobs are taken over once their locks expire. */
const stopWithinMs = 1_800;
const handOverWithinMs = 4_000;

interface Stopping {
  readonly receiver: ShutdownHook[];
  readonly worker: ShutdownHook[];
  /** The receiver's callers move to another process. */
  leave: () => void;
}

export function createApp(config: Config): App {
  const redactor = createRedactor(configuredSecrets(config));
  const log = createLog({ level: config.logLevel, redactor });
  const metrics = createMetrics();
  const health = createHealth(log);
  const ground = { config, redactor, log, metrics, health, prefix: defaultPrefix };
  const stopping: Stopping = { receiver: [], worker: [], leave: () => undefined };
  const last: ShutdownHook[] = [];
  const stopped = new AbortController();
  return {
    start: async () => {
      const { registry } = metrics;
      const { host, healthPort: port } = config;
      const healthServer = await startHealthServer({ host, port, registry, health });
      last.push(healthServer.stop);
      try {
        await startRoles(ground, stopping, stopped.signal);
      } catch (error) {
        if (!stopped.signal.aborted) throw error;
      }
    },
    stop: async () => {
      log.info({}, 'llmgw stopping');
      // Readiness first: load balancers need a moment to see it.
      health.stopping();
      stopped.abort();
      await Promise.all([
        stopReceiver(ground, stopping),
        endAll(stopping.worker, handOverWithinMs, log),
      ]);
      await endAll(last, stopWithinMs, log);
    },
  };
}

async function stopReceiver({ config, log }: Ground, stopping: Stopping): Promise<void> {
  const { mode } = config.slack.transport;
  if (stopping.receiver.length > 0 && mode === 'http') {
    stopping.leave();
    await after(config.drainMs);
  }
  await endAll(stopping.receiver, stopWithinMs, log);
}

async function startRoles(ground: Ground, stopping: Stopping, stopped: AbortSignal): Promise<void> {
  const { config, health, log } = ground;
  const { slack, endpoints, operators } = config;
  const setup = openSlackSetup(
    { token: slack.botToken, apiUrl: endpoints.slack, operators, log },
    stopped,
  );
  health.add({ slack: { check: setup.check, kind: 'setup' } });
  // Before any delivery: it blocks the event loop.
  if (config.role !== 'slack') await preloadLibraries();
  const storeSetup = watchStoreSetup({ address: storeOf(config), log }, stopped);
  health.add(storeSetup.checks);
  await storeSetup.inspected;
  // The receiver answers people while the workers wait for Redis.
  if (config.role !== 'worker') await startReceiver(ground, setup, stopping);
  if (config.role !== 'slack') {
    stopping.worker.push(...(await startWorker(ground, setup, stopped)));
  }
  stopped.throwIfAborted();
  health.started();
  // Logs failed checks even if nothing probes them.
  void health.report();
  log.info({ role: config.role, gateways: Object.keys(config.gateways) }, 'llmgw started');
}

const storeOf = ({ redisUrl: url, redisCa: ca }: Config): StoreAddress => ({ url, ca });

async function startReceiver(ground: Ground, setup: SlackSetup, stopping: Stopping): Promise<void> {
  const { config, prefix, redactor, metrics, log, health } = ground;
  const redact = redactor.text;
  // A command gets an answer even without Redis.
  const redis = connectRedis(storeOf(config), { failFast: true, gathers: true, redact });
  const queueRedis = connectRedis(storeOf(config), { failFast: true, redact });
  const queues = createQueues({ redis: queueRedis, prefix, jobs: Object.keys(jobs) });
  health.add({
    ...storeChecks({
      connections: { 'receiver-store': redis, 'receiver-queue-store': queueRedis },
      prefix,
    }),
    'receiver-queues': { check: queues.check, kind: 'work' },
  });
  const slack = await startSlack({
    slack: config.slack,
    host: config.host,
    apiUrl: config.endpoints.slack,
    operators: config.operators,
    setup,
    people: config.people,
    requiresApproval: config.requiresApproval,
    gateways: config.gateways,
    handlers,
    openHandlerContext,
    queues,
    store: createRunStore(redis, prefix),
    redis,
    prefix,
    redactor,
    metrics,
    log,
  });
  const watch = slack.watchWorkers(createWorkerPresence(redis, prefix));
  health.add({ ...slack.checks, ...watch.checks });
  stopping.leave = slack.leave;
  const connections = [() => redis.quit(), () => queueRedis.quit(), queues.close];
  stopping.receiver.push(...connections, slack.stop, async () => watch.end());
}

const connectWorkerRedis = ({ config, redactor, log }: Ground) =>
  connectRedis(storeOf(config), {
    redact: redactor.text,
    onError: (error) => {
      const fault = connectionTrouble(error) ?? toFault(error);
      log.warn({ err: fault }, 'redis connection failed');
    },
  });

/** @returns shutdown hooks, to be called from the last to the first. */
async function startWorker(
  ground: Ground,
  setup: SlackSetup,
  signal: AbortSignal,
): Promise<ShutdownHook[]> {
  const { config, prefix, redactor, log, health } = ground;
  const redis = connectWorkerRedis(ground);
  health.add(storeChecks({ connections: { 'worker-store': redis }, prefix }));
  await sweepTemporaryFolders();
  const clients = connectClients(config, { redactor, log });
  const store = createRunStore(redis, prefix);
  const texts = createTexts(redis, prefix, log);
  const slackNotifier = createSlackNotifier({
    ...config.slack,
    apiUrl: config.endpoints.slack,
    outlines: runbooks,
    operators: config.operators,
    onFault: setup.noteFault,
    people: config.people,
    redis,
    prefix,
    redactor,
    log,
  });
  const { envs, provisioned } = createEnvs(ground, clients, store, runbooks[0].steps);
  const usage = createUsageCounter(redis, prefix);
  const asks = createAskStore(redis, prefix, log);
  const queues = createQueues({ redis, prefix, jobs: Object.keys(jobs) });
  const kept = createWatchStore(redis, prefix, log);
  const audit = createAuditTrail({ redis, prefix, redactor, log });
  const homes = createHomeStore(redis, prefix, log);
  const refresh = createHomeRefresh({ homes, queues, log });
  const outbox = createOutbox({ ...slackNotifier, queues, redactor });
  const surroundings = {
    ground,
    slackNotifier,
    store,
    texts,
    kept,
    envs,
    provisioned,
    usage,
    asks,
    queues,
    audit,
    refresh,
    outbox,
    redis,
  };
  const { requiresApproval } = config;
  const approvals = createApprovals(redis, prefix, log);
  const admission = createAdmission({ ...slackNotifier, ...kept, approvals, requiresApproval });
  const workers = await startWorkers({
    redis,
    prefix,
    log,
    runbooks: boundRunbooks({ envs, provisioned }),
    jobs: { ...plainJobs(surroundings), watch: watchJob(surroundings, admission, homes) },
    ...admission,
    renderCard: slackNotifier.renderCard,
    listeners: {
      refusals: refusalListener(outbox),
      audit: runAuditor(audit),
      'quota-requests': quotaRequestFollower({ texts, queues }),
      home: homeFollower(refresh),
    },
    signal,
  });
  health.add({
    workers: { check: workers.check, kind: 'work' },
    'worker-queues': { check: queues.check, kind: 'work' },
  });
  const presence = createWorkerPresence(redis, prefix).announce();
  const connections = [clients.close, slackNotifier.close, queues.close, asks.close];
  const leave = async (): Promise<void> => presence.end();
  return [() => redis.quit(), audit.settled, ...connections, workers.stop, leave];
}
