// What a person, or everybody, may send and has sent: the limit as Apigee has it, this bot's own count, and Apigee's statistics.
import type { UsageQuery } from '../src/clients/apigee/client.ts';
import type { Product } from '../src/clients/apigee/schema.ts';
import type { Quota } from '../src/config.ts';
import { LlmgwError, toFault } from '../src/errors.ts';
import type { QuotaReport, UsageOverTime } from './quota-report.ts';
import type { JobContext } from './context.ts';
import { noGateway } from './endpoint.ts';
import type { QuotaPayload } from './payloads.ts';
import type { ProvisionEnv } from './provision/env.ts';
import { quotaInWords } from './quota-window.ts';
import { productName } from './resources.ts';

const spans = {
  day: { ms: 24 * 3_600_000, unit: 'hour', unitMs: 3_600_000 },
  week: { ms: 7 * 86_400_000, unit: 'day', unitMs: 86_400_000 },
} as const;

/**
 * Whoever is not an operator is shown their own alone; Slack's side sees to it before it enqueues.
 * @throws refused/no_gateway, permanent/profile_hidden.
 */
export async function quota(context: JobContext, payload: QuotaPayload): Promise<void> {
  const { audience } = context;
  const { gateway, span, to, whose } = payload;
  const env = await context.env(gateway);
  const user = whose === 'all' ? undefined : whose === 'own' ? to.user : whose;
  const email = async () => (user === undefined ? undefined : (await audience.profile(user)).email);
  await audience.showQuota(to, await readQuota(context, env, { user, email, span }));
}

interface QuotaOf {
  /** Slack id; undefined for all together. */
  readonly user: string | undefined;
  /** Their email, asked for once there is a gateway. */
  email(): Promise<string | undefined>;
  readonly span: keyof typeof spans;
}

/** @throws refused/no_gateway, and what `email` throws. */
export async function readQuota(
  { signal, usage }: Pick<JobContext, 'signal' | 'usage'>,
  env: ProvisionEnv,
  of: QuotaOf,
): Promise<QuotaReport> {
  const { user, span } = of;
  const gateway = env.gateway.name;
  const product = await env.clients.apigee(env.gateway).getProduct(productName(gateway), signal);
  if (product === undefined) throw noGateway(gateway);
  const email = await of.email();
  const [used, sent] = await Promise.all([
    user === undefined ? undefined : usage.read(usageKey(gateway, user)),
    sentOver(env, { span, email }, signal),
  ]);
  return {
    gateway,
    user,
    limit: env.gateway.quota.limit,
    quota: quotaInWords(env.gateway.quota),
    shownByApigee: otherQuota(product, env.gateway.quota),
    used,
    sent,
  };
}

/** Under which this bot counts what it sends for a person. */
export const usageKey = (gateway: string, user: string): string => `${gateway}:${user}`;

/** What Apigee shows in place of the wanted quota: a change takes minutes, and a console may have made another. */
function otherQuota(product: Product, wanted: Quota): string | undefined {
  const configs = product.operationGroup?.operationConfigs ?? [];
  const shown = configs.map((config) => config.quota).find((one) => one?.limit !== undefined);
  if (shown === undefined) return undefined;
  const { limit = '', interval = '1', timeUnit = '' } = shown;
  const isWanted =
    limit === String(wanted.limit) &&
    interval === String(wanted.interval) &&
    timeUnit === wanted.timeUnit;
  return isWanted ? undefined : `${limit} per ${interval === '1' ? '' : `${interval} `}${timeUnit}`;
}

/** A number that cannot be read is said to be missing; the rest of the answer stands. */
async function sentOver(
  env: ProvisionEnv,
  of: { readonly span: keyof typeof spans; readonly email: string | undefined },
  signal: AbortSignal,
): Promise<UsageOverTime | { readonly problem: string }> {
  const { ms, unit, unitMs } = spans[of.span];
  const to = Date.now();
  // Whole hours or days, so that the first bar is not cut.
  const from = Math.floor((to - ms) / unitMs) * unitMs + unitMs;
  const query: UsageQuery = {
    environment: env.gateway.apigeeEnv,
    dimension: of.email === undefined ? 'developer_email' : 'developer_app',
    from,
    to: to + 60_000,
    unit,
    filter: {
      api_product: productName(env.gateway.name),
      ...(of.email === undefined ? {} : { developer_email: of.email }),
    },
  };
  try {
    const series = await env.clients.apigee(env.gateway).usage(query, signal);
    return { span: of.span, from, to, unitMs, series };
  } catch (error) {
    if (!(error instanceof LlmgwError) || toFault(error).kind === 'bug') throw error;
    return { problem: error.fault.message };
  }
}
