// Configuration from the environment; reports every bad variable at once.
import { readFileSync } from 'node:fs';
import type { z } from 'zod';
import { readGateways } from './config-gateways.ts';
import {
  type Environment,
  environment,
  type GatewayEnvironment,
  variables,
} from './config-variables.ts';
import { fail, type LlmgwError } from './errors.ts';

/** Validated configuration of one gateway. */
export interface GatewayConfig {
  readonly name: string;
  readonly projectId: string;
  readonly apigeeOrg: string;
  readonly apigeeEnv: string;
  readonly network: string;
  readonly subnet: string;
  /** The subnet for Private Service Connect; the ordinary one if none is dedicated. */
  readonly pscSubnet: string;
  /** Range of the proxy-only subnetwork; undefined: a free one is chosen. */
  readonly proxySubnetRange?: string | undefined;
  readonly region: string;
  readonly apigeeRegion: string;
  readonly zone: string;
  readonly clusterName: string;
  readonly machineType: string;
  readonly nodeCount: number;
  readonly model: string;
  /** Port of the gateway's listener. */
  readonly port: number;
  /** Host header of requests; undefined: the address, or the name that Apigee's groups accept for it. */
  readonly host?: string | undefined;
  readonly quota: Quota;
  /** `manual`: a new key waits for an operator. */
  readonly keyApproval: 'auto' | 'manual';
  /** Number of apps with a working key that a person can have without an operator. */
  readonly appsPerPerson: number;
}

export interface Quota {
  readonly limit: number;
  readonly interval: number;
  readonly timeUnit: 'minute' | 'hour' | 'day' | 'month';
}

/** Base URLs of the outside services: Google's own unless a private endpoint or mirror is configured. */
export interface Endpoints {
  readonly slack: string;
  readonly gke: string;
  readonly apigee: string;
  readonly iam: string;
  readonly serviceUsage: string;
  readonly resourceManager: string;
  readonly compute: string;
  readonly billing: string;
  readonly huggingFace: string;
  /** OCI prefix of the operator's charts. */
  readonly charts: string;
  readonly chartsPlainHttp: boolean;
}

export type SlackMode =
  | { readonly mode: 'http'; readonly signingSecret: string; readonly port: number }
  | { readonly mode: 'socket'; readonly appToken: string };

export interface Config {
  readonly role: 'all' | 'slack' | 'worker';
  readonly logLevel: 'trace' | 'debug' | 'info' | 'warn' | 'error' | 'fatal';
  readonly redisUrl: string;
  /** PEM of the authority that signed the certificate of Redis; the system's authorities by default. */
  readonly redisCa?: string | undefined;
  /** Time in which a process still serves after its termination signal, ms. */
  readonly drainMs: number;
  /** Address that the bot's own ports listen on; all interfaces when absent. */
  readonly host: string | undefined;
  /** Serves /healthz and /metrics. */
  readonly healthPort: number;
  readonly slack: {
    readonly botToken: string;
    readonly transport: SlackMode;
    /** Factor of Slack's published rate limits that the app has been granted. */
    readonly limits: number;
    /** `stream`: only the asker sees a growing answer in a channel; `edit`: everyone sees it. */
    readonly channelAnswers: 'stream' | 'edit';
  };
  /** Slack ids: users (U…, W…), user groups (S…) or channels (C…, G…). */
  readonly operators: readonly string[];
  /** Runbooks that require an approval by another operator. */
  readonly requiresApproval: readonly ('provision' | 'teardown')[];
  /** People outside this Slack organization who are served. */
  readonly people: { readonly allowsExternal: boolean; readonly refusesGuests: boolean };
  readonly gateways: Readonly<Record<string, GatewayConfig>>;
  /** Interval of the watch, ms. */
  readonly watchEveryMs: number;
  readonly hfToken: string;
  readonly helmBin: string | undefined;
  /** Variables for helm: none of them is a secret of the bot. */
  readonly helmEnv: Readonly<Record<string, string>>;
  /** Project that Google counts the bot's calls against; undefined: chosen by the credentials. */
  readonly quotaProject?: string | undefined;
  readonly endpoints: Endpoints;
}

/**
 * @param env raw variables; an empty one counts as missing.
 * @throws invalid/bad_configuration, with one line per variable.
 */
export function readConfig(env: Readonly<Record<string, string | undefined>>): Config {
  const given = Object.fromEntries(
    Object.keys(variables).map((name) => [name, env[name] === '' ? undefined : env[name]]),
  );
  const parsed = environment.safeParse(given);
  if (!parsed.success) throw badConfiguration(problems(given, parsed.error));
  const redisCa = readAuthority(parsed.data.REDIS_CA_FILE);
  const config = toConfig(parsed.data, gatewaysOf(parsed.data, given));
  return { ...config, redisCa, helmEnv: helmEnvOf(env) };
}

function readAuthority(path: string | undefined): string | undefined {
  if (path === undefined) return undefined;
  try {
    const pem = readFileSync(path, 'utf8');
    if (pem.includes('-----BEGIN CERTIFICATE-----')) return pem;
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : 'unreadable';
    throw badConfiguration([`  REDIS_CA_FILE (${path}) can't be read: ${code}`]);
  }
  throw badConfiguration([`  REDIS_CA_FILE (${path}) is no certificate in PEM form`]);
}

function badConfiguration(lines: readonly string[]): LlmgwError {
  return fail(
    'invalid',
    'bad_configuration',
    `llmgw can't start: invalid configuration.\n${lines.join('\n')}`,
    { next: 'Set these variables. .env.example describes each one.' },
  );
}

/** `default` from the environment, the others from the file; each has its own cluster. */
function gatewaysOf(
  env: Environment,
  given: Readonly<Record<string, string | undefined>>,
): Record<string, GatewayConfig> {
  const gateways = { default: toGateway('default', env) } as Record<string, GatewayConfig>;
  const path = env.LLMGW_GATEWAYS;
  if (path === undefined) return gateways;
  const named = readGateways(path, given);
  const bad = (problems: readonly string[]): LlmgwError =>
    badConfiguration(problems.map((problem) => `  LLMGW_GATEWAYS (${path}) ${problem}`));
  if (!named.ok) throw bad(named.problems);
  for (const [name, entry] of Object.entries(named.gateways)) {
    const gateway = toGateway(name, entry);
    const twin = Object.values(gateways).find((one) => isSameCluster(one, gateway));
    if (twin !== undefined) {
      throw bad([`${name}: uses the cluster ${gateway.clusterName} of gateway ${twin.name}`]);
    }
    gateways[name] = gateway;
  }
  return gateways;
}

function isSameCluster(one: GatewayConfig, other: GatewayConfig): boolean {
  return (
    one.projectId === other.projectId &&
    one.zone === other.zone &&
    one.clusterName === other.clusterName
  );
}

function problems(given: Record<string, string | undefined>, error: z.ZodError): string[] {
  const byName = new Map<string, string>();
  for (const issue of error.issues) {
    const name = String(issue.path[0]);
    const problem = given[name] === undefined ? 'is missing' : issue.message;
    if (!byName.has(name)) byName.set(name, problem);
  }
  // zod skips refinements when a field fails, so the transport's requirements are added here.
  const needed = given['SLACK_MODE'] === 'socket' ? 'SLACK_APP_TOKEN' : 'SLACK_SIGNING_SECRET';
  if (given[needed] === undefined) byName.set(needed, 'is missing');
  return [...byName].map(([name, problem]) => `  ${name} ${problem}: ${describe(name)}`);
}

function describe(name: string): string {
  return (variables as Record<string, z.ZodType>)[name]?.description ?? '';
}

const ofHelm = /^(PATH|HOME|TMPDIR|SSL_CERT_(FILE|DIR)|(HTTPS?|NO)_PROXY)$/i;

const helmEnvOf = (env: Readonly<Record<string, string | undefined>>): Record<string, string> =>
  Object.fromEntries(
    Object.entries(env).flatMap(([name, value]) =>
      value !== undefined && ofHelm.test(name) ? [[name, value]] : [],
    ),
  );

function toConfig(
  env: Environment,
  gateways: Config['gateways'],
): Omit<Config, 'redisCa' | 'helmEnv'> {
  return {
    role: env.LLMGW_ROLE,
    logLevel: env.LOG_LEVEL,
    redisUrl: env.REDIS_URL,
    drainMs: env.DRAIN_SECONDS * 1000,
    host: env.HOST,
    healthPort: env.HEALTH_PORT,
    slack: {
      botToken: env.SLACK_BOT_TOKEN,
      limits: env.SLACK_LIMITS,
      channelAnswers: env.LLMGW_CHANNEL_ANSWERS,
      transport:
        env.SLACK_MODE === 'socket'
          ? { mode: 'socket', appToken: env.SLACK_APP_TOKEN ?? '' }
          : { mode: 'http', signingSecret: env.SLACK_SIGNING_SECRET ?? '', port: env.PORT },
    },
    operators: env.LLMGW_OPERATORS,
    requiresApproval: env.LLMGW_TWO_PERSON,
    people: {
      allowsExternal: env.LLMGW_ALLOW_EXTERNAL,
      refusesGuests: env.LLMGW_REFUSE_GUESTS,
    },
    gateways,
    watchEveryMs: env.WATCH_SECONDS * 1000,
    hfToken: env.HF_TOKEN,
    helmBin: env.HELM_BIN,
    quotaProject: env.QUOTA_PROJECT,
    endpoints: toEndpoints(env),
  };
}

function toGateway(name: string, env: GatewayEnvironment): GatewayConfig {
  const [limit = '5', timeUnit = 'minute'] = env.QUOTA.split('/');
  return {
    name,
    projectId: env.PROJECT_ID,
    apigeeOrg: env.APIGEE_ORG ?? env.PROJECT_ID,
    apigeeEnv: env.APIGEE_ENV,
    network: env.NETWORK,
    subnet: env.SUBNET,
    pscSubnet: env.PSC_SUBNET ?? env.SUBNET,
    proxySubnetRange: env.PROXY_SUBNET_RANGE,
    region: env.REGION,
    apigeeRegion: env.APIGEE_REGION ?? env.REGION,
    zone: env.ZONE,
    clusterName: env.CLUSTER_NAME,
    machineType: env.MACHINE_TYPE,
    nodeCount: env.NODE_COUNT,
    model: env.MODEL,
    port: env.GATEWAY_PORT,
    host: env.GATEWAY_HOST,
    quota: { limit: Number(limit), interval: 1, timeUnit: timeUnit as Quota['timeUnit'] },
    keyApproval: env.KEY_APPROVAL,
    appsPerPerson: env.APPS_PER_PERSON,
  };
}

function toEndpoints(env: Environment): Endpoints {
  return {
    slack: env.SLACK_API_URL,
    gke: env.GKE_URL,
    apigee: env.APIGEE_URL,
    iam: env.IAM_URL,
    serviceUsage: env.SERVICE_USAGE_URL,
    resourceManager: env.RESOURCE_MANAGER_URL,
    compute: env.COMPUTE_URL,
    billing: env.BILLING_URL,
    huggingFace: env.HF_URL,
    charts: env.APIGEE_CHARTS,
    chartsPlainHttp: env.APIGEE_CHARTS_PLAIN_HTTP,
  };
}

/** Name and purpose of every variable, in order; a test compares them with .env.example. */
export function describeVariables(): { name: string; purpose: string; required: boolean }[] {
  return Object.entries(variables).map(([name, schema]) => ({
    name,
    purpose: schema.description ?? '',
    required: !schema.safeParse(undefined).success,
  }));
}

/** Values that must never leave: tokens, secrets, credentials in the Redis URL. */
export function configuredSecrets(config: Config): string[] {
  const { transport } = config.slack;
  const typed = new URL(config.redisUrl.replace(/^unix:/, 'redis:')).password;
  const secrets = [
    config.hfToken,
    config.slack.botToken,
    transport.mode === 'http' ? transport.signingSecret : transport.appToken,
    typed,
    decodeURIComponent(typed),
  ].filter((secret) => secret !== '');
  return [...new Set(secrets)];
}
