// Quota job: limit, this bot's own count and Apigee statistics.
import type { QuotaContext } from './notifier.ts';
import type { QuotaPayload } from './payload.ts';
import type { UsageQuery } from '../../src/clients/apigee/client.ts';
import type { Product } from '../../src/clients/apigee/schema.ts';
import type { GatewayConfig, Quota } from '../../src/kernel/config.ts';
import { LlmgwError, toFault } from '../../src/kernel/errors.ts';
import type { QuotaReport, UsageOverTime } from './usage/report.ts';
import { readApps } from '../../src/gateway/credential.ts';
import { type KeyOwner, ownerOf } from '../../src/gateway/developer.ts';
import { noGateway } from '../../src/gateway/endpoint.ts';
import { meantApp } from '../keys/owner-context.ts';
import type { ProvisionEnv } from '../../src/gateway/env.ts';
import { formatQuota, windowMs } from '../../src/kernel/quota-window.ts';
import { productName } from '../../src/gateway/resources.ts';
import { describeShownQuota, otherQuota } from '../../src/gateway/shown-quota.ts';

const spans = {
  day: { ms: 24 * 3_600_000, unit: 'hour', unitMs: 3_600_000 },
  week: { ms: 7 * 86_400_000, unit: 'day', unitMs: 86_400_000 },
} as const;

/**
 * The command enforces before the enqueue that others' quotas are for operators only.
 * @throws refused/no_gateway, refused/unknown_app, permanent/profile_hidden.
 */
export async function quota(context: QuotaContext, payload: QuotaPayload): Promise<void> {
  const { notifier } = context;
  const { gateway, span, to, whose } = payload;
  const env = await context.env(gateway);
  const user = whose === 'all' ? undefined : whose === 'own' ? to.user : whose;
  const theirs = async (): Promise<Theirs | undefined> =>
    user === undefined ? undefined : appsOf(context, env, payload, user);
  const report = await readQuota(context, env, { user, reader: to.user, theirs, span });
  await notifier.showQuota(to, report);
}

export interface Theirs {
  readonly email: string;
  /** As Apigee names it. */
  readonly app: string | undefined;
  /** Names of their apps with a key for the gateway, or of the one requested. */
  readonly apps: readonly string[];
}

interface QuotaOf {
  /** Slack id; undefined for all users. */
  readonly user: string | undefined;
  readonly reader: string;
  /** The person's apps, read only if the gateway exists. */
  theirs(): Promise<Theirs | undefined>;
  readonly span: keyof typeof spans;
}

/** @throws refused/no_gateway, and what `theirs` throws. */
export async function readQuota(
  { signal, usage }: Pick<QuotaContext, 'signal' | 'usage'>,
  env: ProvisionEnv,
  of: QuotaOf,
): Promise<QuotaReport> {
  const { user, span, reader } = of;
  const gateway = env.gateway.name;
  const product = await env.clients.apigee(env.gateway).getProduct(productName(gateway), signal);
  if (product === undefined) throw noGateway(gateway);
  const theirs = await of.theirs();
  const [used, sent] = await Promise.all([
    user === undefined || theirs === undefined
      ? undefined
      : usedIn(usage, env.gateway, user, theirs.apps),
    sentOver(env, { span, email: theirs?.email, app: theirs?.app }, signal),
  ]);
  return {
    gateway,
    user,
    isOwn: user === reader,
    app: theirs?.app,
    limit: env.gateway.quota.limit,
    quota: formatQuota(env.gateway.quota),
    shownByApigee: describeOther(product, env.gateway.quota),
    used,
    sent,
  };
}

async function appsOf(
  context: QuotaContext,
  env: ProvisionEnv,
  { app, to }: QuotaPayload,
  owner: string,
): Promise<Theirs> {
  const profile = await ownerOf(context, env, owner, to.user);
  const { email } = profile;
  if (app === undefined) return allApps(env, profile, context.signal, owner === to.user);
  const { name } = await meantApp({ context, env, owner, profile, to }, app);
  return { email, app: name, apps: [name] };
}

export async function allApps(
  env: ProvisionEnv,
  owner: KeyOwner,
  signal: AbortSignal,
  isOwn = true,
): Promise<Theirs> {
  const apps = await readApps(env, owner, signal, isOwn);
  return { email: owner.email, app: undefined, apps: apps.map(({ name }) => name) };
}

async function usedIn(
  usage: QuotaContext['usage'],
  { name, quota: limit }: GatewayConfig,
  user: string,
  apps: readonly string[],
): Promise<QuotaReport['used']> {
  return Promise.all(
    apps.map(async (app) => ({
      app,
      ...(await usage.read(usageKey({ gateway: name, user, app, quota: limit }))),
    })),
  );
}

/** Counter key of an app of a person; each window length has its own counter. */
export const usageKey = (of: {
  readonly gateway: string;
  readonly user: string;
  readonly app: string;
  readonly quota: Quota;
}): string => `${of.gateway}:${of.user}:${of.app}:${windowMs(of.quota)}`;

/** Apigee's quota if it differs: a change takes minutes, and the console can set another one. */
function describeOther(product: Product, desired: Quota): string | undefined {
  const shown = otherQuota(product, desired);
  return shown === undefined ? undefined : describeShownQuota(shown);
}

/** Unreadable statistics leave the rest of the report intact. */
async function sentOver(
  env: ProvisionEnv,
  of: {
    readonly span: keyof typeof spans;
    readonly email: string | undefined;
    readonly app: string | undefined;
  },
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
      ...(of.email === undefined ? {} : { developer_email: of.email.toLowerCase() }),
      ...(of.app === undefined ? {} : { developer_app: of.app }),
    },
  };
  try {
    const rows = await env.clients.apigee(env.gateway).usage(query, signal);
    // The text sums exactly the points that the chart shows.
    const isShown = ({ at }: { readonly at: number }): boolean => at >= from && at <= to;
    const series = rows
      .map(({ name, points }) => ({ name, points: points.filter(isShown) }))
      .filter(({ points }) => points.length > 0);
    return { span: of.span, from, to, unitMs, series };
  } catch (error) {
    if (!(error instanceof LlmgwError) || toFault(error).kind === 'bug') throw error;
    return { problem: error.fault.message };
  }
}
