// Wires the roles: createApp(config) -> { start, stop }. Tests may call it too.
import {
  type CapabilityContext,
  type JobName,
  boundRunbooks,
  handlers,
  jobs,
  openDesk,
  runJob,
  runbooks,
} from '../jobs/index.ts';
import { createApprovals } from '../jobs/approvals/store.ts';
import { createAskStore } from '../jobs/ask/store.ts';
import { connectClients } from './clients/connect.ts';
import { preloadLibraries } from './clients/preload.ts';
import { noteJob, runAuditor } from '../jobs/audit/note-ends.ts';
import { type AuditTrail, createAuditTrail } from './kernel/audit-trail.ts';
import { type Config, configuredSecrets } from './kernel/config.ts';
import { toFault } from './kernel/errors.ts';
import { configuredGateway, createEnvs } from './gateway/envs.ts';
import {
  createHomeRefresh,
  homeFollower,
  type HomeRefresh,
  refreshedByQuestions,
} from '../jobs/home/refresh.ts';
import { createHomeStore, type HomeStore } from '../jobs/home/store.ts';
import { createLog, type Log } from './kernel/log.ts';
import { createHealth, type Health } from './kernel/health.ts';
import { startHealthServer } from './kernel/health-server.ts';
import { createMetrics, type Metrics } from './kernel/metrics.ts';
import { createRedactor, type Redactor } from './kernel/redaction.ts';
import { createQueues, type Queues } from './engine/queue.ts';
import { connectRedis } from './kernel/redis.ts';
import { createRunStore, defaultPrefix, type RunStore } from './engine/run-store.ts';
import type { PlainJobSpec } from './engine/worker-options.ts';
import { startWorkers } from './engine/worker.ts';
import { createAskMeter } from '../jobs/ask/metrics.ts';
import { createRunsPort } from '../jobs/runs-port.ts';
import { openSlackSetup } from './slack/setup/open-setup.ts';
import type { SlackSetup } from './slack/setup/slack-setup.ts';
import { startSlack } from './slack/receive/receiver.ts';
import { createSlackVoice, type SlackVoice } from '../jobs/voice.ts';
import { createAdmission } from '../jobs/approvals/admission.ts';
import { connectionTrouble } from './kernel/store-faults.ts';
import { storeChecks } from './kernel/store-health.ts';
import { createUsageCounter } from './kernel/usage.ts';
import { quotaRequestFollower } from '../jobs/quota/follow-runs.ts';
import { createWatch } from '../jobs/health/watch/job.ts';
import { createWatchStore, type WatchStore } from '../jobs/health/watch/store.ts';

export interface App {
  /** Resolves when the process does what its role says. @throws Error when a port is taken. */
  start(): Promise<void>;
  /** Takes no new work, finishes or hands over what it holds, lets every connection go. */
  stop(): Promise<void>;
}

/** What every role shares in one process. */
interface Ground {
  readonly config: Config;
  readonly redactor: Redactor;
  readonly log: Log;
  readonly metrics: Metrics;
  readonly health: Health;
  readonly prefix: string;
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
      const { health } = ground;
      const { host, healthPort: port } = config;
      const { registry } = metrics;
      const healthServer = await startHealthServer({ host, port, registry, health });
      endings.push(healthServer.stop);
      const stopped = new AbortController();
      endings.push(async () => stopped.abort());
      const setup = openSlackSetup(
        {
          token: config.slack.botToken,
          apiUrl: config.endpoints.slack,
          operators: config.operators,
          log,
        },
        stopped.signal,
      );
      health.add({ slack: { check: setup.check, kind: 'setup' } });
      if (config.role !== 'slack') endings.push(...(await startWorker(ground, setup)));
      if (config.role !== 'worker') endings.push(...(await startReceiver(ground, setup)));
      health.started();
      // Also where nobody probes: its findings are logged.
      void health.report();
      log.info({ role: config.role, gateways: Object.keys(config.gateways) }, 'llmgw started');
    },
    stop: async () => {
      log.info({}, 'llmgw stopping');
      for (let end = endings.pop(); end !== undefined; end = endings.pop()) {
        await end().catch((error: unknown) => log.warn({ error: String(error) }, 'ended badly'));
      }
    },
  };
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
    handlers,
    openDesk,
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

async function startWorker(ground: Ground, setup: SlackSetup): Promise<Ending[]> {
  const { config, prefix, redactor, log, health } = ground;
  const redis = connectRedis(config.redisUrl, {
    onError: (error) => {
      const fault = connectionTrouble(error) ?? toFault(error);
      log.warn({ fault }, 'redis connection failed');
    },
  });
  health.add(storeChecks({ connections: { 'worker-store': redis }, prefix, log }));
  await preloadLibraries();
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
  const { envs, provisioned } = createEnvs(ground, clients, store, runbooks[0].steps);
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
    runbooks: boundRunbooks({ envs, provisioned }),
    jobs: { ...plainJobs(surroundings), watch },
    ...admission,
    renderCard: voice.renderCard,
    listeners: {
      refusals: voice.refusals,
      audit: runAuditor(audit),
      'quota-requests': quotaRequestFollower({ store, queues }),
      home: homeFollower(refresh),
    },
  });
  health.add({
    workers: { check: workers.check, kind: 'work' },
    'worker-queues': { check: queues.check, kind: 'work' },
  });
  const connections = [clients.close, voice.close, queues.close, asks.close];
  return [() => redis.quit(), audit.settled, ...connections, workers.stop];
}

interface Surroundings {
  readonly ground: Ground;
  readonly voice: SlackVoice;
  readonly store: RunStore;
  readonly kept: WatchStore;
  readonly envs: CapabilityContext['env'];
  readonly provisioned: CapabilityContext['provisioned'];
  readonly usage: CapabilityContext['usage'];
  readonly asks: CapabilityContext['asks'];
  readonly queues: Queues;
  readonly audit: AuditTrail;
  readonly refresh: HomeRefresh;
}

function watchJob(
  { ground, voice, store, kept, envs, queues, refresh }: Surroundings,
  admission: ReturnType<typeof createAdmission>,
  homes: HomeStore,
): PlainJobSpec {
  const { config, log } = ground;
  return createWatch({
    gateways: Object.keys(config.gateways),
    env: envs,
    store,
    kept,
    queues,
    homes: { areWatched: async () => (await homes.viewers()).length > 0, refresh },
    tell: voice.tell,
    tellInstead: voice.tellInstead,
    twoPerson: config.twoPerson,
    ...admission,
    everyMs: config.watchEveryMs,
    log,
  });
}

function plainJobs(surroundings: Surroundings): Record<string, PlainJobSpec> {
  const { ground, voice, store, envs, provisioned, usage, asks, queues, audit, refresh } =
    surroundings;
  const { log, redactor, metrics } = ground;
  const shared: Omit<CapabilityContext, 'signal' | 'isLastAttempt'> = {
    env: envs,
    provisioned,
    gateways: Object.keys(ground.config.gateways),
    audience: refreshedByQuestions(voice.audience, refresh),
    texts: { read: store.readText, drop: store.dropText, keep: store.keepText },
    runs: createRunsPort({
      store,
      leases: surroundings.kept.leases,
      watched: surroundings.kept.memory,
      queues,
      configured: (name) => configuredGateway(ground.config, name),
    }),
    usage,
    schedule: ({ job, payload, id, delayMs }) => {
      const by = { user: payload.owner, channel: payload.to.channel };
      return queues.enqueue(job, payload, id, by, { delayMs });
    },
    twoPerson: ground.config.twoPerson,
    asks,
    meter: createAskMeter(metrics.registry),
    redact: redactor.text,
    log,
  };
  const names = Object.keys(jobs) as JobName[];
  return Object.fromEntries(
    names.map((name) => [
      name,
      {
        concurrency: jobs[name].concurrency,
        attempts: jobs[name].attempts,
        run: async ({ payload, isLastAttempt }, signal) => {
          const end = await runJob(name, payload, { ...shared, signal, isLastAttempt });
          noteJob(audit, jobs[name], payload, end);
          await refresh.after(jobs[name], payload);
          metrics.jobs.inc({ job: name, outcome: 'ended' });
        },
      } satisfies PlainJobSpec,
    ]),
  );
}
