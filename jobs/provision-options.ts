// The options of a provisioning run: their form, their meaning for a gateway, and those that count outside a run.
import { z } from 'zod';
import type { GatewayConfig, Quota } from '../src/config.ts';
import { fail, type Json } from '../src/errors.ts';

/** `5/minute`, as in the configuration. */
export const quotaPattern = /^[1-9]\d{0,8}\/(minute|hour|day|month)$/;

/** What a person may ask of one run; what is not given stays as configured. */
export const provisionOptions = z.object({
  model: z.string().min(1).max(200).optional(),
  nodes: z.number().int().min(1).max(100).optional(),
  machineType: z.string().min(1).max(60).optional(),
  quota: z.string().regex(quotaPattern).optional(),
  /** Protection is attached before the route exists, so that the gateway is never open. */
  guarded: z.boolean().optional(),
  /** How long the gateway may stand once it is ready, ms. */
  leaseMs: z.number().int().positive().optional(),
});
export type ProvisionOptions = z.infer<typeof provisionOptions>;

/** A provisioning run's input. Nothing in it is secret, as it stands in the journal. */
export const provisionInput = provisionOptions.extend({
  /** The gateway's configuration when the run began, for `retry` to say what has changed since. */
  configured: z.record(z.string(), z.union([z.string(), z.number()])).optional(),
});
export type ProvisionInput = z.infer<typeof provisionInput>;

/** @throws invalid/bad_input for an input that is none of a provisioning run. */
export function readProvisionInput(input: Json | undefined): ProvisionInput {
  const parsed = provisionInput.safeParse(input ?? {});
  if (parsed.success) return parsed.data;
  const where = parsed.error.issues.map(({ path }) => path.join('.')).join(', ');
  throw fail('invalid', 'bad_input', `The run's options cannot be read: ${where}.`, {
    next: 'Start a new run with `/llmgw provision`.',
  });
}

/** The one way to what a gateway is to be: its configuration, with the options of a run laid over it. */
export function effectiveGateway(
  configured: GatewayConfig,
  options: ProvisionOptions,
): GatewayConfig {
  return {
    ...configured,
    model: options.model ?? configured.model,
    nodeCount: options.nodes ?? configured.nodeCount,
    machineType: options.machineType ?? configured.machineType,
    quota: options.quota === undefined ? configured.quota : toQuota(options.quota),
  };
}

function toQuota(words: string): Quota {
  const [limit, timeUnit] = words.split('/');
  return { limit: Number(limit), interval: 1, timeUnit: timeUnit as Quota['timeUnit'] };
}

/** The part of the run store that is read here. */
export interface PastRuns {
  recent(options: { readonly target: string; readonly limit: number }): Promise<string[]>;
  read(runId: string): Promise<
    | {
        readonly state: {
          readonly status: string;
          readonly request: { readonly runbook: string; readonly input: Json };
        };
      }
    | undefined
  >;
}

/** How many runs are looked through for the last provisioning. */
const lookBack = 50;

/** The options of the gateway's last provisioning run; none before the first and after a finished teardown. */
export async function lastOptions(runs: PastRuns, gateway: string): Promise<ProvisionOptions> {
  for (const runId of await runs.recent({ target: gateway, limit: lookBack })) {
    const state = (await runs.read(runId))?.state;
    if (state?.request.runbook === 'teardown' && state.status === 'succeeded') return {};
    if (state?.request.runbook === 'provision') return optionsOf(state.request.input);
  }
  return {};
}

function optionsOf(input: Json): ProvisionOptions {
  // A run of an older version may say what this one cannot read: then the configuration counts.
  return provisionOptions.safeParse(input).data ?? {};
}
