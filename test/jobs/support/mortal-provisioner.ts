// Worker process on a sandbox's cloud that sends itself SIGKILL after a journal write.
import { once } from 'node:events';
import { provision } from '../../../jobs/provision/runbook.ts';
import type { ProvisionEnv } from '../../../src/gateway/env.ts';
import { teardown } from '../../../jobs/teardown/runbook.ts';
import { connectClients } from '../../../src/clients/connect.ts';
import { preloadLibraries } from '../../../src/clients/preload.ts';
import { readConfig } from '../../../src/kernel/config.ts';
import { createLog } from '../../../src/kernel/log.ts';
import { createRedactor } from '../../../src/kernel/redaction.ts';
import type { JournalEvent } from '../../../src/engine/journal.ts';
import { connectRedis } from '../../../src/kernel/redis.ts';
import { bindRunbook } from '../../../src/engine/worker-options.ts';
import { startWorkers } from '../../../src/engine/worker.ts';
import { keyOfLine, type MortalOrders } from '../../support/mortal-orders.ts';

// The parent process is gone.
process.once('disconnect', () => process.exit());
const given = once(process, 'message');
await preloadLibraries();
const [orders] = (await given) as [MortalOrders];

const config = readConfig(process.env);
const gateway = config.gateways['default'];
if (gateway === undefined) throw new Error('The configuration has no gateway.');
const redactor = createRedactor();
const log = createLog({ level: 'silent', redactor });
const env: ProvisionEnv = {
  gateway,
  clients: connectClients(config, { redactor, log }),
  charts: { prefix: config.endpoints.charts, plainHttp: config.endpoints.chartsPlainHttp },
  hfToken: () => config.hfToken,
  keepSecret: (secret) => redactor.register(secret),
};
const redis = connectRedis(orders.url);
const known = new Set(orders.known);
let written = 0;

const evaluate = redis.eval.bind(redis) as (...args: unknown[]) => Promise<unknown>;
Object.assign(redis, {
  eval: async (...args: unknown[]): Promise<unknown> => {
    const reply = await evaluate(...args);
    const [outcome] = Array.isArray(reply) ? reply : [];
    if (outcome === 'appended' || outcome === 'created') count(args);
    return reply;
  },
});

function count(args: readonly unknown[]): void {
  const line = args.find((each) => typeof each === 'string' && each.startsWith('{"at":'));
  const key = keyOfLine(JSON.parse(String(line)) as JournalEvent);
  if (known.has(key)) return;
  known.add(key);
  written += 1;
  if (written === orders.stride) process.kill(process.pid, 'SIGKILL');
}

await startWorkers({
  redis,
  prefix: orders.prefix,
  runbooks: {
    provision: bindRunbook(provision, () => Promise.resolve(env)),
    teardown: bindRunbook(teardown, () => Promise.resolve(env)),
  },
  jobs: {},
  renderCard: () => Promise.resolve(),
  admit: () => Promise.resolve(undefined),
  log,
  timings: orders.timings,
});
