// Sandbox cloud without a bot, our clients on it, and a simple step driver.
import { setTimeout as pause } from 'node:timers/promises';
import type { Sandbox } from '../../../sandbox/sandbox.ts';
import { connectClients } from '../../../src/clients/connect.ts';
import type { Clients } from '../../../src/clients/clients.ts';
import { type Config, readConfig } from '../../../src/kernel/config.ts';
import { type Json, toFault } from '../../../src/kernel/errors.ts';
import { createLog } from '../../../src/kernel/log.ts';
import { createRedactor } from '../../../src/kernel/redaction.ts';
import type { Check, Step } from '../../../src/engine/step.ts';
import type { ProvisionEnv } from '../../../src/gateway/env.ts';
import type { Context } from '../../../src/gateway/objects.ts';
import { startTestSandbox, type TestSandbox } from '../../support/sandbox.ts';

export interface World {
  readonly sandbox: TestSandbox;
  readonly clients: Clients;
  readonly context: Context;
  /** Runs a step to its end. @returns the result of its first check. */
  run(step: Step<ProvisionEnv>): Promise<Check>;
  undo(step: Step<ProvisionEnv>): Promise<void>;
  end(): Promise<void>;
}

export async function openWorld(): Promise<World> {
  const sandbox = await startTestSandbox({ withBot: false, speed: 3_000 });
  useMetadataServer(sandbox);
  const config: Config = readConfig(sandbox.environment);
  const redactor = createRedactor();
  const log = createLog({ level: 'silent', redactor });
  const clients = connectClients(config, { redactor, log });
  const gateway = config.gateways['default'];
  if (gateway === undefined) throw new Error('The configuration has no gateway.');
  const outputs: Record<string, Json> = {};
  const { charts: prefix, chartsPlainHttp: plainHttp } = config.endpoints;
  const context: Context = {
    env: {
      gateway,
      clients,
      charts: { prefix, plainHttp },
      hfToken: () => config.hfToken,
      keepSecret: (secret) => redactor.register(secret),
    },
    runId: 'provision-default-test',
    target: 'default',
    input: {},
    outputs,
    signal: new AbortController().signal,
    log,
  };
  return {
    sandbox,
    clients,
    context,
    run: async (step) => {
      const check = await patiently(() => step.check(context));
      if (check.state === 'refused') return check;
      outputs[step.id] =
        check.state === 'done' ? (check.output ?? null) : await perform(step, context);
      return check;
    },
    undo: async ({ undo }) => {
      if ('none' in undo) return;
      while ((await patiently(() => undo.inventory(context))).ours.length > 0) {
        await patiently(() => undo.remove(context));
        await pause(50);
      }
    },
    end: async () => {
      await clients.close();
      await sandbox.stop();
      delete process.env['GCE_METADATA_HOST'];
      delete process.env['METADATA_SERVER_DETECTION'];
    },
  };
}

function useMetadataServer({ environment }: Pick<Sandbox, 'environment'>): void {
  for (const name of ['GCE_METADATA_HOST', 'METADATA_SERVER_DETECTION']) {
    process.env[name] = environment[name];
  }
}

async function perform(step: Step<ProvisionEnv>, context: Context): Promise<Json> {
  await patiently(() => step.apply(context));
  for (;;) {
    const wait = await patiently(() => step.wait(context));
    if (wait.state === 'ready') return wait.output ?? null;
    await pause(50);
  }
}

/** Retries transient faults like the engine, until the test's own timeout. */
async function patiently<T>(work: () => Promise<T>): Promise<T> {
  for (;;) {
    try {
      return await work();
    } catch (error) {
      if (toFault(error).kind !== 'transient') throw error;
      await pause(50);
    }
  }
}
