// Wires the roles: createApp(config) -> { start, stop }. Tests may call it too.
import { jobs, runbooks } from '../jobs/index.ts';
import { createApprovals } from './stores/approval-store.ts';
import { createAskStore } from './stores/ask-store.ts';
import { connectClients } from './clients/connect.ts';
import { preloadLibraries } from './clients/preload.ts';
import { runAuditor } from './audit-ends.ts';
import { createAuditTrail } from './stores/audit-trail.ts';
import { type Config, configuredSecrets } from './config.ts';
import { toFault } from './errors.ts';
import { boundRunbooks, createEnvs } from './gateway-envs.ts';
import type { Ground } from './ground.ts';
import { createHomeRefresh, homeFollower } from './home-refresh.ts';
import { createHomeStore } from './stores/home-store.ts';
import { createLog } from './log.ts';
import { createHealth } from './health.ts';
import { startHealthServer } from './health-server.ts';
import { createMetrics } from './metrics.ts';
import { createRedactor } from './redaction.ts';
import { createQueues } from './runbook/queue.ts';
import { connectRedis } from './runbook/redis.ts';
import { createRunStore, defaultPrefix } from './runbook/run-store.ts';
import { startWorkers } from './runbook/worker.ts';
import { openSlackSetup } from './slack/setup/open-setup.ts';
import type { SlackSetup } from './slack/setup/slack-setup.ts';
import { startSlack } from './slack/receive/receiver.ts';
import { createSlackVoice } from './slack/send/voice.ts';
import { createAdmission } from './run-admission.ts';
import { connectionTrouble } from './store-faults.ts';
import { storeChecks } from './stores/store-health.ts';
import { createUsageCounter } from './stores/usage.ts';
import { quotaRequestFollower } from './wish-ends.ts';
import { createWatchStore } from './stores/watch-store.ts';
import { plainJobs, watchJob } from './worker-jobs.ts';

export interface App {
  /** Resolves when the process does what its role says. @throws Error when a port is taken. */
  start(): Promise<void>;
  /** Takes no new work, finishes or hands over what it holds, lets every connection go. */
  stop(): Promise<void>;
}

type Ending = () => Promise<unknown>;

export function createApp(config: Config): App {
  const redactor = createRedactor(configuredSecrets(config));
  const log = createLog({ level: config.logLevel, redactor });
  const metrics = createMetrics();
  const health = createHealth(log);
  const ground = { config, redactor, log, metrics, health, prefix: defaultPrefix };
  const endings: Ending[] = [];
  return {
    start: async () => {
      const { registry } = metrics;
      const { host, healthPort: port } = config;
      const healthServer = await startHealthServer({ host, port, registry, health });
      const stopped = new AbortController();
      endings.push(healthServer.stop, async () => stopped.abort());
      try {
        await startRoles(ground, endings, stopped.signal);
      } catch (error) {
        if (!stopped.signal.aborted) throw error;
      }
    },
    stop: async () => {
      log.info({}, 'llmgw stopping');
      health.stopping();
      for (let end = endings.pop(); end !== undefined; end = endings.pop()) {
        await end().catch((error: unknown) => log.warn({ error: String(error) }, 'ended badly'));
      }
    },
  };
}

async function startRoles(ground: Ground, endings: Ending[], stopped: AbortSignal): Promise<void> {
  const { config, health, log } = ground;
  const { slack, endpoints, operators } = config;
  const setup = openSlackSetup(
    { token: slack.botToken, apiUrl: endpoints.slack, operators, log },
    stopped,
  );
  health.add({ slack: { check: setup.check, kind: 'setup' } });
  // Before anything is heard: it holds the event loop.
  if (config.role !== 'slack') await preloadLibraries();
  const before = endings.length;
  // It answers people while the workers wait for Redis, and ends before them.
  if (config.role !== 'worker') endings.push(...(await startReceiver(ground, setup)));
  if (config.role !== 'slack') {
    endings.splice(before, 0, ...(await startWorker(ground, setup, stopped)));
  }
  stopped.throwIfAborted();
  health.started();
  // Also where nobody probes: its findings are logged.
  void health.report();
  log.info({ role: config.role, gateways: Object.keys(config.gateways) }, 'llmgw started');
}

/** @returns what ends it, to be called from the last to the first. */
async function startReceiver(ground: Ground, setup: SlackSetup): Promise<Ending[]> {
  const { config, prefix, redactor, metrics, log, health } = ground;
  // Who types a command is owed an answer, also when Redis is away.
  const redis = connectRedis(config.redisUrl, { failFast: true, gathers: true });
  const queueRedis = connectRedis(config.redisUrl, { failFast: true });
  const queues = createQueues({ redis: queueRedis, prefix, jobs: Object.keys(jobs) });
  health.add({
    ...storeChecks({
      connections: { 'receiver-store': redis, 'receiver-queue-store': queueRedis },
      prefix,
      log,
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
    twoPerson: config.twoPerson,
    gateways: config.gateways,
    outlines: runbooks,
    queues,
    store: createRunStore(redis, prefix),
    redis,
    prefix,
    redactor,
    metrics,
    log,
  });
  health.add(slack.checks);
  return [() => redis.quit(), () => queueRedis.quit(), queues.close, slack.stop];
}

async function startWorker(
  ground: Ground,
  setup: SlackSetup,
  signal: AbortSignal,
): Promise<Ending[]> {
  const { config, prefix, redactor, log, health } = ground;
  const redis = connectRedis(config.redisUrl, {
    onError: (error) => {
      const fault = connectionTrouble(error) ?? toFault(error);
      log.warn({ fault }, 'redis connection failed');
    },
  });
  health.add(storeChecks({ connections: { 'worker-store': redis }, prefix, log }));
  const clients = connectClients(config, { redactor, log });
  const store = createRunStore(redis, prefix);
  const voice = createSlackVoice({
    botToken: config.slack.botToken,
    apiUrl: config.endpoints.slack,
    limits: config.slack.limits,
    outlines: runbooks,
    operators: config.operators,
    onFault: setup.noteFault,
    people: config.people,
    redis,
    prefix,
    redactor,
    log,
  });
  const { envs, provisioned } = createEnvs(ground, clients, store);
  const usage = createUsageCounter(redis, prefix);
  const asks = createAskStore(redis, prefix);
  const queues = createQueues({ redis, prefix, jobs: Object.keys(jobs) });
  const kept = createWatchStore(redis, prefix);
  const audit = createAuditTrail({ redis, prefix, redactor, log });
  const homes = createHomeStore(redis, prefix);
  const refresh = createHomeRefresh({ homes, queues, log });
  const surroundings = {
    ground,
    voice,
    store,
    kept,
    envs,
    provisioned,
    usage,
    asks,
    queues,
    audit,
    refresh,
  };
  const { twoPerson } = config;
  const approvals = createApprovals(redis, prefix);
  const admission = createAdmission({ ...voice, ...kept, approvals, twoPerson });
  const watch = watchJob(surroundings, admission, homes);
  const workers = await startWorkers({
    redis,
    prefix,
    log,
    runbooks: boundRunbooks(envs, provisioned),
    jobs: { ...plainJobs(surroundings), watch },
    ...admission,
    renderCard: voice.renderCard,
    listeners: {
      refusals: voice.refusals,
      audit: runAuditor(audit),
      'quota-requests': quotaRequestFollower({ store, queues }),
      home: homeFollower(refresh),
    },
    signal,
  });
  health.add({
    workers: { check: workers.check, kind: 'work' },
    'worker-queues': { check: queues.check, kind: 'work' },
  });
  const connections = [clients.close, voice.close, queues.close, asks.close];
  return [() => redis.quit(), audit.settled, ...connections, workers.stop];
}
