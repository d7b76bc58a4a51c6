// Environment variables of the bot in the sandbox, with base URLs of this machine.
import type { SandboxContext } from './core/context.ts';

export interface Credentials {
  readonly signingSecret: string;
  readonly botToken: string;
  readonly appToken: string;
  readonly hfToken: string;
  /** Stays the same across restarts, because the gateway's listener refers to it. */
  gatewayPort: number;
}

export function botEnvironment(options: {
  readonly context: SandboxContext;
  readonly credentials: Credentials;
  readonly ports: { readonly bot: number; readonly health: number };
  readonly gkeUrl: string;
  readonly redisUrl: string;
  readonly slackMode: 'http' | 'socket';
  readonly slackLimits: number;
}): Record<string, string> {
  const { context, credentials, ports } = options;
  const { baseUrl, seed } = context;
  const address = new URL(baseUrl).host;
  return {
    PROJECT_ID: seed.projectId,
    APIGEE_ORG: seed.projectId,
    NETWORK: seed.network,
    SUBNET: seed.subnet,
    REGION: seed.region,
    ZONE: seed.zone,
    GATEWAY_PORT: String(credentials.gatewayPort),
    HF_TOKEN: credentials.hfToken,
    SLACK_MODE: options.slackMode,
    SLACK_BOT_TOKEN: credentials.botToken,
    SLACK_SIGNING_SECRET: credentials.signingSecret,
    SLACK_APP_TOKEN: credentials.appToken,
    HOST: '127.0.0.1',
    PORT: String(ports.bot),
    HEALTH_PORT: String(ports.health),
    // No load balancer is in front of the bot.
    DRAIN_SECONDS: '0',
    LLMGW_OPERATORS: 'U0OLIVIA',
    REDIS_URL: options.redisUrl,
    SLACK_LIMITS: String(options.slackLimits),
    SLACK_API_URL: `${baseUrl}/slack/api/`,
    GKE_URL: options.gkeUrl,
    APIGEE_URL: `${baseUrl}/apigee`,
    IAM_URL: `${baseUrl}/iam/`,
    SERVICE_USAGE_URL: `${baseUrl}/serviceusage/`,
    RESOURCE_MANAGER_URL: `${baseUrl}/resourcemanager/`,
    COMPUTE_URL: `${baseUrl}/compute/`,
    BILLING_URL: `${baseUrl}/billing/`,
    HF_URL: `${baseUrl}/huggingface`,
    APIGEE_CHARTS: `oci://${address}/charts`,
    APIGEE_CHARTS_PLAIN_HTTP: 'true',
    // Google's own libraries read these two: tokens come from the metadata server, as on GKE.
    GCE_METADATA_HOST: address,
    METADATA_SERVER_DETECTION: 'assume-present',
  };
}
