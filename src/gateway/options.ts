// Options of a provisioning run: schema, effect on a gateway, last values.
import { guidance, slashCommand } from '../kernel/guidance.ts';
import { z } from 'zod';
import type { GatewayConfig, Quota } from '../kernel/config.ts';
import { fail, type Json } from '../kernel/errors.ts';
import { parseMachineType } from './machine-type.ts';

/** `5/minute`, as in the configuration. */
export const quotaPattern = /^[1-9]\d{0,8}\/(minute|hour|day|month)$/;

/** Memory that vLLM on a CPU and the node need. */
const leastGib = 12;

function holdsModelServer(machineType: string): boolean {
  return (parseMachineType(machineType)?.memoryGib ?? leastGib) >= leastGib;
}

/** The options of one run; missing ones stay as configured. */
export const provisionOptions = z.object({
  model: z
    .string()
    .max(200)
    .regex(/^[\w.-]+(\/[\w.-]+)?$/, 'is not a Hugging Face model name')
    .optional(),
  nodes: z.number().int().min(1, 'must be at least 1').max(100, 'must be at most 100').optional(),
  machineType: z
    .string()
    .max(60)
    .refine((name) => parseMachineType(name) !== undefined, 'is not a machine type')
    .refine(holdsModelServer, `needs at least ${leastGib} GiB of memory for a model server`)
    .optional(),
  quota: z.string().regex(quotaPattern, 'must read like 5/minute').optional(),
  /** Protection is attached before the route exists, so that the gateway is never open. */
  guarded: z.boolean().optional(),
  /** Lease of the ready gateway, ms. */
  leaseMs: z
    .number()
    .int()
    .min(60_000, 'must be at least 1 minute')
    .max(30 * 86_400_000, 'must be at most 30 days')
    .optional(),
});
export type ProvisionOptions = z.infer<typeof provisionOptions>;

/** Input of a provisioning run. Nothing in it is secret, as the journal stores it. */
export const provisionInput = provisionOptions.extend({
  /** The gateway's configuration at the start of the run, for `retry` to show later changes. */
  configured: z.record(z.string(), z.union([z.string(), z.number()])).optional(),
});
export type ProvisionInput = z.infer<typeof provisionInput>;

const typedAs: Readonly<Record<string, string>> = { machineType: 'machine-type', leaseMs: 'for' };

/** @throws invalid/bad_option, which names every invalid option, before anything is enqueued. */
export function readProvisionOptions(given: z.input<typeof provisionOptions>): ProvisionOptions {
  const parsed = provisionOptions.safeParse(given);
  if (parsed.success) return withoutGaps(parsed.data);
  const problems = parsed.error.issues.map(({ path, message }) => {
    const name = String(path[0]);
    return `\`--${typedAs[name] ?? name}\` ${message}`;
  });
  throw fail('invalid', 'bad_option', `${problems.join('; ')}.`, {
    next: guidance`Run ${slashCommand('help provision')} to see the options.`,
  });
}

function withoutGaps(options: ProvisionOptions): ProvisionOptions {
  const given = Object.entries(options).filter(([, value]) => value !== undefined);
  return Object.fromEntries(given) as ProvisionOptions;
}

/** @throws invalid/bad_input for an input of another kind of run. */
export function readProvisionInput(input: Json | undefined): ProvisionInput {
  const parsed = provisionInput.safeParse(input ?? {});
  if (parsed.success) return parsed.data;
  const where = parsed.error.issues.map(({ path }) => path.join('.')).join(', ');
  throw fail('invalid', 'bad_input', `The run has invalid options: ${where}.`, {
    next: guidance`Start a new run with ${slashCommand('provision')}.`,
  });
}

/** The options alone, in the form of a plan. */
export function withoutSnapshot(input: ProvisionInput): ProvisionOptions {
  return withoutGaps(provisionOptions.parse(input));
}

/** The lease that a provisioning run sets; an input of another version sets none. */
export function leaseIn(input: Json): number | undefined {
  return provisionInput.safeParse(input ?? {}).data?.leaseMs;
}

/** Whether a run with this input protects the gateway before it opens. */
export function isGuarded(input: Json): boolean {
  return provisionOptions.safeParse(input).data?.guarded === true;
}

/** The desired gateway: its configuration, overridden by the options of a run. */
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

/** The input of a new run: its options, and the current configuration. */
export function runInput(configured: GatewayConfig, options: ProvisionOptions): Json {
  return { ...withoutGaps(options), configured: snapshotOf(configured) } as Json;
}

/** The configuration in terms of its variables. */
export function snapshotOf(gateway: GatewayConfig): Record<string, string | number> {
  const { quota } = gateway;
  return {
    PROJECT_ID: gateway.projectId,
    APIGEE_ORG: gateway.apigeeOrg,
    APIGEE_ENV: gateway.apigeeEnv,
    NETWORK: gateway.network,
    SUBNET: gateway.subnet,
    PSC_SUBNET: gateway.pscSubnet,
    REGION: gateway.region,
    APIGEE_REGION: gateway.apigeeRegion,
    ZONE: gateway.zone,
    CLUSTER_NAME: gateway.clusterName,
    MACHINE_TYPE: gateway.machineType,
    NODE_COUNT: gateway.nodeCount,
    MODEL: gateway.model,
    GATEWAY_PORT: gateway.port,
    QUOTA: `${quota.limit}/${quota.timeUnit}`,
    KEY_APPROVAL: gateway.keyApproval,
  };
}

export interface ConfigurationChange {
  /** `QUOTA`, as in the environment. */
  readonly variable: string;
  readonly from: string;
  readonly to: string;
}

/** The variables that an option of the run overrides. */
const overriddenBy = {
  MODEL: 'model',
  NODE_COUNT: 'nodes',
  MACHINE_TYPE: 'machineType',
  QUOTA: 'quota',
} as const satisfies Readonly<Record<string, keyof ProvisionOptions>>;

/** Later changes of the configuration that affect the run. */
export function changesSince(input: Json, configured: GatewayConfig): ConfigurationChange[] {
  const { configured: then = {}, ...options } = provisionInput.safeParse(input).data ?? {};
  const overridden = Object.entries(overriddenBy)
    .filter(([, option]) => options[option] !== undefined)
    .map(([variable]) => variable);
  return Object.entries(snapshotOf(configured)).flatMap(([variable, now]) => {
    const before = then[variable];
    if (before === undefined || before === now || overridden.includes(variable)) return [];
    return [{ variable, from: String(before), to: String(now) }];
  });
}

/** @param words match `quotaPattern`. */
export function toQuota(words: string): Quota {
  const [limit, timeUnit] = words.split('/');
  return { limit: Number(limit), interval: 1, timeUnit: timeUnit as Quota['timeUnit'] };
}

/** The part of the run store that is read here. */
export interface PastRuns {
  recent(options: { readonly target: string; readonly limit: number }): Promise<string[]>;
  request(runId: string): Promise<{ readonly runbook: string; readonly input: Json } | undefined>;
  read(runId: string): Promise<{ readonly state: { readonly status: string } } | undefined>;
}

/** Number of runs that are searched for the last provisioning. */
const lookBack = 50;

/** The options of the gateway's last provisioning run, without its lease, which is that run's own; undefined before the first and after a finished teardown. */
export async function lastProvisioning(
  runs: PastRuns,
  gateway: string,
): Promise<ProvisionOptions | undefined> {
  for (const runId of await runs.recent({ target: gateway, limit: lookBack })) {
    const request = await runs.request(runId);
    if (request?.runbook === 'provision') return optionsOf(request.input);
    // A whole journal is read only if its end counts: every job reads this.
    const isGone = request?.runbook === 'teardown' && (await hasSucceeded(runs, runId));
    if (isGone) return undefined;
  }
  return undefined;
}

async function hasSucceeded(runs: PastRuns, runId: string): Promise<boolean> {
  return (await runs.read(runId))?.state.status === 'succeeded';
}

/** The same, with no options if there was no run. */
export async function lastOptions(runs: PastRuns, gateway: string): Promise<ProvisionOptions> {
  return (await lastProvisioning(runs, gateway)) ?? {};
}

function optionsOf(input: Json): ProvisionOptions {
  // Options of an older version may be unreadable here: then the configuration counts.
  return provisionOptions.omit({ leaseMs: true }).safeParse(input).data ?? {};
}
