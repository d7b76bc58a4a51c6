// Wires the roles: createApp(config) -> { start, stop }. Tests may call it too.
import { type JobName, jobs, runbooks, runJob } from '../jobs/index.ts';
import type { JobContext } from '../jobs/context.ts';
import { effectiveGateway, lastOptions, readProvisionInput } from '../jobs/provision-options.ts';
import { provision } from '../jobs/provision/runbook.ts';
import { gatewayAt, movedSince, placeInWords, whereaboutsOf } from '../jobs/last-provisioning.ts';
import { createApprovals } from './stores/approval-store.ts';
import { createAskStore } from './stores/ask-store.ts';
import type { Clients } from './clients/clients.ts';
import { connectClients } from './clients/connect.ts';
import { preloadLibraries } from './clients/preload.ts';
import { noteJob, witnessedRuns } from './audit-ends.ts';
import { type AuditTrail, createAuditTrail } from './stores/audit-trail.ts';
import { type Config, configuredSecrets, type GatewayConfig } from './config.ts';
import { fail } from './errors.ts';
import {
  createHomeRefresh,
  type HomeRefresh,
  refreshedByQuestions,
  refreshedByRuns,
} from './home-refresh.ts';
import { createHomeStore } from './stores/home-store.ts';
import { createLog, type Log } from './log.ts';
import { createMetrics, type Metrics, startHealthServer } from './metrics.ts';
import { createRedactor, type Redactor } from './redaction.ts';
import { createQueues, type Queues } from './runbook/queue.ts';
import { connectRedis } from './runbook/redis.ts';
import { createRunStore, defaultPrefix, type RunStore } from './runbook/run-store.ts';
import { bindRunbook, type PlainJobSpec } from './runbook/worker-options.ts';
import { startWorkers } from './runbook/worker.ts';
import { createRunsPort } from './runs-port.ts';
import { startSlack } from './slack/receive/receiver.ts';
import { createSlackVoice, type SlackVoice } from './slack/send/voice.ts';
import { createAdmission } from './run-admission.ts';
import { createUsageCounter } from './stores/usage.ts';
import { followedRuns } from './wish-ends.ts';
import { createWatch } from './watch.ts';
import { createWatchStore, type WatchStore } from './stores/watch-store.ts';

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
  readonly prefix: string;
}

type Ending = () => Promise<unknown>;

export function createApp(config: Config): App {
  const redactor = createRedactor(configuredSecrets(config));
  const log = createLog({ level: config.logLevel, redactor });
  const metrics = createMetrics();
  const ground = { config, redactor, log, metrics, prefix: defaultPrefix };
  const endings: Ending[] = [];
  return {
    start: async () => {
      let isReady = false;
      const health = connectRedis(config.redisUrl, { failFast: true });
      endings.push(() => health.quit());
      const healthServer = await startHealthServer({
        port: config.healthPort,
        metrics,
        healthy: async () => isReady && (await health.ping()) === 'PONG',
      });
      endings.push(healthServer.stop);
      if (config.role !== 'slack') endings.push(...(await startWorker(ground)));
      if (config.role !== 'worker') endings.push(...(await startReceiver(ground)));
      isReady = true;
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
async function startReceiver(ground: Ground): Promise<Ending[]> {
  const { config, prefix, redactor, metrics, log } = ground;
  // Who types a command is owed an answer, also when Redis is away.
  const redis = connectRedis(config.redisUrl, { failFast: true, gathers: true });
  const queueRedis = connectRedis(config.redisUrl, { failFast: true });
  const queues = createQueues({ redis: queueRedis, prefix, jobs: Object.keys(jobs) });
  const slack = await startSlack({
    slack: config.slack,
    apiUrl: config.endpoints.slack,
    operators: config.operators,
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
  return [() => redis.quit(), () => queueRedis.quit(), queues.close, slack.stop];
}

async function startWorker(ground: Ground): Promise<Ending[]> {
  const { config, prefix, redactor, log } = ground;
  const redis = connectRedis(config.redisUrl, {
    onError: (error) => log.warn({ error: error.message }, 'Redis is away'),
  });
  await preloadLibraries();
  const clients = connectClients(config, { redactor, log });
  const store = createRunStore(redis, prefix);
  const voice = createSlackVoice({
    botToken: config.slack.botToken,
    apiUrl: config.endpoints.slack,
    limits: config.slack.limits,
    outlines: runbooks,
    operators: config.operators,
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
  const watch = createWatch({
    gateways: Object.keys(config.gateways),
    env: envs,
    store,
    kept,
    queues,
    homes: { areWatched: async () => (await homes.viewers()).length > 0, refresh },
    tell: voice.tell,
    twoPerson,
    ...admission,
    everyMs: config.watchEveryMs,
    log,
  });
  const workers = await startWorkers({
    redis,
    prefix,
    log,
    runbooks: Object.fromEntries(
      runbooks.map((runbook) => [
        runbook.name,
        bindRunbook(runbook, async (target, input) =>
          runbook.name === provision.name
            ? envs(target, readProvisionInput(input))
            : (await provisioned(target)).env,
        ),
      ]),
    ),
    jobs: { ...plainJobs(surroundings), watch },
    ...admission,
    ...refreshedByRuns(witnessedRuns(followedRuns(voice, { store, queues }), { audit, store }), {
      refresh,
      store,
    }),
  });
  const connections = [clients.close, voice.close, queues.close, asks.close];
  return [() => redis.quit(), audit.settled, ...connections, workers.stop];
}

interface Surroundings {
  readonly ground: Ground;
  readonly voice: SlackVoice;
  readonly store: RunStore;
  readonly kept: WatchStore;
  readonly envs: JobContext['env'];
  readonly provisioned: JobContext['provisioned'];
  readonly usage: JobContext['usage'];
  readonly asks: JobContext['asks'];
  readonly queues: Queues;
  readonly audit: AuditTrail;
  readonly refresh: HomeRefresh;
}

function plainJobs(surroundings: Surroundings): Record<string, PlainJobSpec> {
  const { ground, voice, store, envs, provisioned, usage, asks, queues, audit, refresh } =
    surroundings;
  const { log, redactor, metrics } = ground;
  const shared: Omit<JobContext, 'signal' | 'isLastAttempt'> = {
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
    meter: metrics.asks,
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
          noteJob(audit, name, payload, end);
          await refresh.after(name, payload);
          metrics.jobs.inc({ job: name, outcome: 'ended' });
        },
      } satisfies PlainJobSpec,
    ]),
  );
}

function configuredGateway(config: Config, name: string): GatewayConfig {
  const gateway = Object.hasOwn(config.gateways, name) ? config.gateways[name] : undefined;
  if (gateway !== undefined) return gateway;
  throw fail('invalid', 'unknown_gateway', `There is no gateway named ${name}.`, {
    next: `Known gateways: ${Object.keys(config.gateways).join(', ')}.`,
  });
}

interface Envs {
  readonly envs: JobContext['env'];
  readonly provisioned: JobContext['provisioned'];
}

/** A gateway's environment: its clients hold connections, and are the same for whatever options. */
function createEnvs({ config, redactor }: Ground, clients: Clients, store: RunStore): Envs {
  const { charts, chartsPlainHttp } = config.endpoints;
  const envOf = (gateway: GatewayConfig) => ({
    neighbours: Object.values(config.gateways).filter(({ name }) => name !== gateway.name),
    gateway,
    clients,
    charts: { prefix: charts, plainHttp: chartsPlainHttp },
    hfToken: () => config.hfToken,
    keepSecret: redactor.register,
  });
  return {
    envs: async (name, options) => {
      const gateway = configuredGateway(config, name);
      return envOf(effectiveGateway(gateway, options ?? (await lastOptions(store, name))));
    },
    provisioned: async (name) => {
      const configured = configuredGateway(config, name);
      const [{ last, earlier }, options] = await Promise.all([
        whereaboutsOf(store, name),
        lastOptions(store, name),
      ]);
      return {
        env: envOf(effectiveGateway(gatewayAt(configured, last), options)),
        moved: movedSince(last, configured),
        elsewhere: earlier.map(placeInWords),
      };
    },
  };
}
