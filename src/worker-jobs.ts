// Plain jobs of a worker, bound to the parts of its process.
import { type JobName, jobs, runJob } from '../jobs/index.ts';
import type { JobContext } from '../jobs/context.ts';
import { noteJob } from './audit-ends.ts';
import { configuredGateway } from './gateway-envs.ts';
import type { Ground } from './ground.ts';
import { type HomeRefresh, refreshedByQuestions } from './home-refresh.ts';
import type { createAdmission } from './run-admission.ts';
import type { Queues } from './runbook/queue.ts';
import type { RunStore } from './runbook/run-store.ts';
import type { PlainJobSpec } from './runbook/worker-options.ts';
import { createRunsPort } from './runs-port.ts';
import type { SlackVoice } from './slack/send/voice.ts';
import type { AuditTrail } from './stores/audit-trail.ts';
import type { HomeStore } from './stores/home-store.ts';
import type { WatchStore } from './stores/watch-store.ts';
import { createWatch } from './watch.ts';

export interface Surroundings {
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

export function watchJob(
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

export function plainJobs(surroundings: Surroundings): Record<string, PlainJobSpec> {
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
