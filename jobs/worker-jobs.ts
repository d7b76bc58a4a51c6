// Plain jobs of a worker, bound to the parts of its process.
import { createAskMeter } from './ask/metrics.ts';
import { type CapabilityContext, type JobName, jobs, runJob } from './index.ts';
import { noteJob } from './audit/note-ends.ts';
import { configuredGateway } from '../src/gateway/envs.ts';
import type { Redis } from 'ioredis';
import { createExclusive } from '../src/kernel/exclusive.ts';
import type { Ground } from '../src/kernel/ground.ts';
import { type HomeRefresh, refreshedByQuestions } from './home/refresh.ts';
import type { createAdmission } from './approvals/admission.ts';
import type { Queues } from '../src/engine/queue.ts';
import type { RunStore } from '../src/engine/run-store.ts';
import type { Texts } from '../src/kernel/texts.ts';
import type { PlainJobSpec } from '../src/engine/worker-options.ts';
import { createRunsPort } from './runs-port.ts';
import { settleJob } from './settle-job.ts';
import { outboxJob } from '../src/engine/queue-names.ts';
import { outboxWorker } from '../src/slack/outbox/tell-entries.ts';
import type { Outbox } from '../src/slack/outbox/outbox.ts';
import type { SlackNotifier } from './slack-notifier.ts';
import type { AuditTrail } from '../src/kernel/audit-trail.ts';
import type { HomeStore } from './home/store.ts';
import type { WatchStore } from './health/watch/store.ts';
import { createWatch } from './health/watch/job.ts';

export interface WorkerParts {
  readonly ground: Ground;
  readonly slackNotifier: SlackNotifier;
  readonly store: RunStore;
  readonly texts: Texts;
  readonly kept: WatchStore;
  readonly envs: CapabilityContext['env'];
  readonly provisioned: CapabilityContext['provisioned'];
  readonly usage: CapabilityContext['usage'];
  readonly asks: CapabilityContext['asks'];
  readonly queues: Queues;
  readonly audit: AuditTrail;
  readonly refresh: HomeRefresh;
  readonly outbox: Outbox;
  readonly redis: Redis;
}

export function watchJob(
  { ground, slackNotifier, store, kept, envs, queues, refresh }: WorkerParts,
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
    tell: slackNotifier.tell,
    tellInstead: slackNotifier.tellInstead,
    requiresApproval: config.requiresApproval,
    ...admission,
    everyMs: config.watchEveryMs,
    log,
  });
}

export function plainJobs(parts: WorkerParts): Record<string, PlainJobSpec> {
  const {
    ground,
    slackNotifier,
    store,
    texts,
    envs,
    provisioned,
    usage,
    asks,
    queues,
    audit,
    refresh,
    redis,
    outbox,
  } = parts;
  const { log, redactor, metrics } = ground;
  const notifier = refreshedByQuestions(slackNotifier.notifier, refresh);
  const exclusive = createExclusive(redis, ground.prefix);
  const settling = { outbox, exclusive, notifier, showKey: slackNotifier.showKey, log };
  const shared: Omit<CapabilityContext, 'signal' | 'isLastAttempt' | 'notifier'> = {
    env: envs,
    provisioned,
    gateways: Object.keys(ground.config.gateways),
    texts,
    runs: createRunsPort({
      store,
      leases: parts.kept.leases,
      queues,
      configured: (name) => configuredGateway(ground.config, name),
    }),
    usage,
    schedule: ({ job, payload, id, delayMs }) => {
      const by = { user: payload.owner, channel: payload.to.channel };
      return queues.enqueue(job, payload, id, by, { delayMs });
    },
    requiresApproval: ground.config.requiresApproval,
    asks,
    meter: createAskMeter(metrics.registry),
    redact: redactor.text,
    log,
  };
  const names = Object.keys(jobs) as JobName[];
  const { tellers, memory } = slackNotifier;
  const works = Object.fromEntries(
    names.map((name) => [
      name,
      {
        concurrency: jobs[name].concurrency,
        attempts: jobs[name].attempts,
        run: async (given, signal, addedAt) => {
          const end = await settleJob(settling, jobs[name], given, addedAt, (recorded) =>
            runJob(name, given.payload, {
              ...shared,
              notifier: recorded,
              signal,
              isLastAttempt: given.isLastAttempt,
            }),
          );
          noteJob(audit, jobs[name], given.payload, end);
          await refresh.after(jobs[name], given.payload);
          metrics.jobs.inc({ job: name, outcome: 'ended' });
        },
      } satisfies PlainJobSpec,
    ]),
  );
  return {
    ...works,
    [outboxJob]: outboxWorker({ tellers, fail: slackNotifier.notifier.fail, memory, log }),
  };
}
