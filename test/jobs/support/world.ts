// Sandbox without the bot, and the production clients for steps and jobs.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import type { ProvisionEnv } from '../../../src/gateway/env.ts';
import { provision } from '../../../jobs/provision/runbook.ts';
import { type Sandbox, createSandbox } from '../../../sandbox/sandbox.ts';
import type { Clients } from '../../../src/clients/clients.ts';
import { connectClients } from '../../../src/clients/connect.ts';
import { type GatewayConfig, readConfig } from '../../../src/kernel/config.ts';
import { type Json, toFault } from '../../../src/kernel/errors.ts';
import { type Redactor, createRedactor } from '../../../src/kernel/redaction.ts';
import type { Check, Step, StepContext, Wait } from '../../../src/engine/step.ts';

export interface World {
  readonly sandbox: Sandbox;
  readonly clients: Clients;
  readonly redactor: Redactor;
  readonly env: ProvisionEnv;
  readonly gateway: GatewayConfig;
  /** Outputs of finished steps. */
  readonly outputs: Record<string, Json>;
  check(step: string): Promise<Check>;
  /** Checks once whether it is ready. */
  wait(step: string): Promise<Wait>;
  /** Check, apply, wait, verify, like the engine; a transient fault is retried. */
  run(step: string): Promise<Json | undefined>;
  /** The apply phase only: the created resource may not be ready yet. */
  apply(step: string): Promise<void>;
  /** All steps, each as soon as its needs are done. */
  provision(): Promise<void>;
  undo(step: string): Promise<void>;
  stop(): Promise<void>;
}

export const quiet = {
  debug: () => undefined,
  info: () => undefined,
  warn: () => undefined,
  error: () => undefined,
  child: () => quiet,
};

export async function startWorld(options: {
  readonly speed: number;
  readonly quota?: string;
}): Promise<World> {
  const directory = mkdtempSync(join(tmpdir(), 'llmgw-jobs-'));
  const sandbox = createSandbox({
    port: 0,
    speed: options.speed,
    directory,
    slackMode: 'http',
    say: () => undefined,
    withBot: false,
    botEnv: options.quota === undefined ? {} : { QUOTA: options.quota },
  });
  await sandbox.start();
  // Google's own library reads these two from the process itself.
  for (const name of ['GCE_METADATA_HOST', 'METADATA_SERVER_DETECTION']) {
    process.env[name] = sandbox.environment[name];
  }
  const config = readConfig(sandbox.environment);
  const gateway = config.gateways['default'];
  if (gateway === undefined) throw new Error('no gateway is configured');
  const redactor = createRedactor();
  const clients = connectClients(config, { redactor, log: quiet });
  const env: ProvisionEnv = {
    gateway,
    clients,
    charts: { prefix: config.endpoints.charts, plainHttp: config.endpoints.chartsPlainHttp },
    hfToken: () => config.hfToken,
    keepSecret: (secret) => redactor.register(secret),
  };
  const outputs: Record<string, Json> = {};
  const ended = new AbortController();
  const context: StepContext<ProvisionEnv> = {
    env,
    runId: 'provision-default-test',
    target: gateway.name,
    input: {},
    outputs,
    signal: ended.signal,
    log: quiet,
  };
  const run = (id: string) => runStep(find(id), context, outputs);
  return {
    sandbox,
    clients,
    redactor,
    env,
    gateway,
    outputs,
    run,
    check: (id) => find(id).check(context),
    wait: (id) => find(id).wait(context),
    apply: async (id) =>
      void (await patiently(() =>
        find(id)
          .apply(context)
          .then(() => true),
      )),
    provision: () => runAll(run),
    undo: async (id) => {
      const { undo } = find(id);
      if ('none' in undo) return;
      await patiently(async () => {
        await undo.remove(context);
        return (await undo.inventory(context)).ours.length === 0 ? true : undefined;
      });
    },
    stop: async () => {
      ended.abort();
      await clients.close();
      await sandbox.stop();
      rmSync(directory, { recursive: true, force: true });
    },
  };
}

function find(id: string): Step<ProvisionEnv> {
  const step = provision.steps.find((one) => one.id === id);
  if (step === undefined) throw new Error(`there is no step ${id}`);
  return step;
}

async function runStep(
  step: Step<ProvisionEnv>,
  context: StepContext<ProvisionEnv>,
  outputs: Record<string, Json>,
): Promise<Json | undefined> {
  const checked = await patiently(() => step.check(context));
  if (checked.state === 'refused') throw new Error(`${step.id}: ${checked.why.message}`);
  let output = checked.state === 'done' ? checked.output : undefined;
  if (checked.state !== 'done') {
    await patiently(() => step.apply(context).then(() => true));
    output = await patiently(async () => {
      const waited = await step.wait(context);
      return waited.state === 'ready' ? { ready: waited.output } : undefined;
    }).then(({ ready }) => ready);
    const verified = await patiently(async () => ({ output: await step.verify?.(context) }));
    output = verified.output ?? output;
  }
  if (output !== undefined) outputs[step.id] = output;
  return output;
}

async function runAll(run: (id: string) => Promise<unknown>): Promise<void> {
  const started = new Map<string, Promise<unknown>>();
  const start = (id: string): Promise<unknown> => {
    const known = started.get(id);
    if (known !== undefined) return known;
    const work = Promise.all(find(id).needs.map(start)).then(() => run(id));
    started.set(id, work);
    return work;
  };
  await Promise.all(provision.steps.map(({ id }) => start(id)));
}

/** Retries transient faults and empty results until the test's own timeout. */
async function patiently<T>(work: () => Promise<T>): Promise<Exclude<T, undefined>> {
  for (;;) {
    try {
      const found = await work();
      if (found !== undefined) return found as Exclude<T, undefined>;
    } catch (error) {
      if (toFault(error).kind !== 'transient') throw error;
    }
    await pause(20);
  }
}
