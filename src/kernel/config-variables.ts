// Environment variables: format, default and purpose, as in .env.example.
import { z } from 'zod';
import { isRedisUrl } from './redis-address.ts';
import { slackId, token, wrongToken } from './slack-tokens.ts';

const port = z.coerce.number().int().min(1).max(65_535);
const flag = z.enum(['true', 'false']).transform((value) => value === 'true');
const resource = z
  .string()
  .regex(/^[a-z]([-a-z0-9]*[a-z0-9])?$/, 'must be lower-case letters, digits and hyphens');

/** Networks and subnetworks are read from the gateway's own project. */
const inProject = z.string().regex(/^[a-z]([-a-z0-9]*[a-z0-9])?$/, {
  error: ({ input }) =>
    String(input).includes('/')
      ? 'must be a name in PROJECT_ID without a path: networks of another project (Shared VPC) are not supported'
      : 'must be lower-case letters, digits and hyphens',
});

/** Variables that can differ between gateways. */
export const gatewayVariables = {
  PROJECT_ID: z.string().min(1).describe('Google Cloud project that holds the cluster and Apigee'),
  APIGEE_ORG: z.string().min(1).optional().describe('Apigee organization (default: PROJECT_ID)'),
  APIGEE_ENV: z
    .string()
    .regex(
      /^[a-z][a-z0-9-]{0,30}[a-z0-9]$/,
      'must be 2 to 32 lower-case letters, digits and hyphens, begin with a letter and not end with a hyphen',
    )
    .default('apim-op-env')
    .describe('Apigee environment of the gateway, created if missing'),
  NETWORK: inProject.default('default').describe('VPC network of the cluster'),
  SUBNET: inProject.default('default').describe('Subnetwork of the cluster, in REGION'),
  PSC_SUBNET: inProject
    .optional()
    .describe('Subnetwork for Private Service Connect to Apigee (default: SUBNET)'),
  PROXY_SUBNET_RANGE: z
    .string()
    .regex(
      /^(25[0-5]|2[0-4]\d|1?\d?\d)(\.(25[0-5]|2[0-4]\d|1?\d?\d)){3}\/([89]|1\d|2[0-6])$/,
      'must be a range of /26 or larger, such as 10.127.0.0/23',
    )
    .optional()
    .describe("Range of the load balancer's proxy-only subnetwork (default: a free one)"),
  REGION: resource.default('us-central1').describe('Region of the gateway'),
  APIGEE_REGION: resource
    .optional()
    .describe('Region of the Apigee instance; must equal REGION (default: REGION)'),
  ZONE: resource.default('us-central1-a').describe('Zone of the cluster, in REGION'),
  CLUSTER_NAME: resource.max(40).default('infgw-cluster').describe('Name of the GKE cluster'),
  MACHINE_TYPE: z
    .string()
    .regex(/^[a-z0-9]+-[a-z0-9-]+$/)
    .default('c2-standard-16')
    .describe('Machine type of the nodes'),
  NODE_COUNT: z.coerce
    .number()
    .int()
    .min(1)
    .max(100)
    .default(3)
    .describe('Number of nodes, one model server each'),
  MODEL: z.string().min(1).default('Qwen/Qwen2.5-1.5B-Instruct').describe('Model that vLLM serves'),
  GATEWAY_PORT: port.default(80).describe('Port on which the gateway listens'),
  GATEWAY_HOST: z
    .string()
    .regex(
      /^(?=.{4,253}$)([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z]([a-z0-9-]{0,61}[a-z0-9])?$/,
      'must be a domain name in lower case, without scheme, port or path, such as llm.example.com',
    )
    .optional()
    .describe(
      "Domain name that requests carry as Host, and that Apigee finds the gateway by (default: the gateway's address)",
    ),
  QUOTA: z
    .string()
    .regex(/^[1-9]\d*\/(minute|hour|day|month)$/, 'must read like 5/minute')
    .default('5/minute')
    .describe('Requests per app and window'),
  KEY_APPROVAL: z
    .enum(['auto', 'manual'])
    .default('auto')
    .describe('Approval of new keys: auto (none needed) or manual (by an operator)'),
  APPS_PER_PERSON: z.coerce
    .number()
    .int()
    .min(1)
    .max(1_000)
    .default(3)
    .describe('Apps with a working key that a person can have without an operator'),
};

export const variables = {
  ...gatewayVariables,
  LLMGW_GATEWAYS: z
    .string()
    .min(1)
    .optional()
    .describe('YAML file with further gateways, each with the variables above that differ'),
  HF_TOKEN: token.describe('Hugging Face token that pulls the model'),
  SLACK_BOT_TOKEN: token
    .regex(/^xoxb-/, { error: ({ input }) => wrongToken(input, 'xoxb-') })
    .describe("Slack's bot token"),
  SLACK_MODE: z
    .enum(['http', 'socket'])
    .default('http')
    .describe('How Slack reaches the bot: http or socket'),
  SLACK_SIGNING_SECRET: z
    .string()
    .trim()
    .min(8)
    .refine((value) => !/^x(ox[a-z]|app)-/.test(value), {
      error: 'is a token: copy the Signing Secret from Basic Information of the Slack app',
    })
    .optional()
    .describe("Slack's signing secret (SLACK_MODE=http)"),
  SLACK_APP_TOKEN: token
    .regex(/^xapp-/, { error: ({ input }) => wrongToken(input, 'xapp-') })
    .optional()
    .describe("Slack's app-level token (SLACK_MODE=socket)"),
  HOST: z
    .string()
    .min(1)
    .optional()
    .describe('Address on which PORT and HEALTH_PORT listen (default: all interfaces)'),
  PORT: port.default(3000).describe('Port for requests from Slack (SLACK_MODE=http)'),
  HEALTH_PORT: port.default(9090).describe('Port of /healthz, /readyz, /livez and /metrics'),
  DRAIN_SECONDS: z.coerce
    .number()
    .min(0)
    .max(300)
    .default(3)
    .describe('Seconds that a stopping process still serves, so that traffic moves away from it'),
  LLMGW_OPERATORS: z
    .string()
    .transform((list) =>
      list
        .split(',')
        .map((id) => id.trim())
        .filter((id) => id !== ''),
    )
    .pipe(z.array(slackId).min(1, 'is empty'))
    .describe('Slack IDs of operators: users, user groups or channels, separated by commas'),
  LLMGW_TWO_PERSON: z
    .string()
    .default('')
    .transform((list) =>
      list
        .split(',')
        .map((name) => name.trim())
        .filter((name) => name !== ''),
    )
    .pipe(z.array(z.enum(['provision', 'teardown'], 'accepts only provision and teardown')))
    .describe(
      'Runs that another operator must approve: provision, teardown or both, separated by a comma',
    ),
  LLMGW_CHANNEL_ANSWERS: z
    .enum(['stream', 'edit'])
    .default('stream')
    .describe(
      'How an answer grows in a channel: stream (smoothly, for the asker only) or edit (in steps, for everybody)',
    ),
  LLMGW_ALLOW_EXTERNAL: flag
    .default(false)
    .describe('true: people of other organizations can use the bot through Slack Connect'),
  LLMGW_REFUSE_GUESTS: flag
    .default(false)
    .describe('true: refuse multi-channel guests; single-channel guests are always refused'),
  WATCH_SECONDS: z.coerce
    .number()
    .min(0.2)
    .max(3600)
    .default(60)
    .describe('Seconds between two checks of each gateway'),
  LLMGW_ROLE: z
    .enum(['all', 'slack', 'worker'])
    .default('all')
    .describe('Role of this process: all, slack or worker'),
  REDIS_URL: z
    .string()
    .regex(/^(redis|rediss|unix):\/\//, {
      error: 'must start with redis://, rediss:// or unix://',
      abort: true,
    })
    .refine(isRedisUrl, {
      error:
        'is not a valid address: write redis://USER:PASSWORD@HOST:PORT, with the special characters of user and password percent-encoded',
    })
    .describe('Redis that holds the queue and the journal (maxmemory-policy noeviction)'),
  REDIS_CA_FILE: z
    .string()
    .optional()
    .describe("PEM file of the authority of a rediss:// server (default: the system's)"),
  LOG_LEVEL: z
    .enum(['trace', 'debug', 'info', 'warn', 'error', 'fatal'])
    .default('info')
    .describe('Lowest level that is logged'),
  QUOTA_PROJECT: z
    .string()
    .min(1)
    .optional()
    .describe(
      "Project that Google counts the bot's API calls against (default: PROJECT_ID with a person's credentials, else the service account's)",
    ),
  HELM_BIN: z
    .string()
    .min(1)
    .optional()
    .describe('helm binary (default: on the path, else the one that ships with llmgw)'),
  SLACK_API_URL: z.url().default('https://slack.com/api/').describe("Slack's Web API"),
  SLACK_LIMITS: z.coerce
    .number()
    .min(1)
    .max(10_000)
    .default(1)
    .describe("Multiple of Slack's published rate limits that this app has"),
  GKE_URL: z.url().default('https://container.googleapis.com').describe('GKE API endpoint (gRPC)'),
  APIGEE_URL: z.url().default('https://apigee.googleapis.com').describe('Apigee management API'),
  IAM_URL: z.url().default('https://iam.googleapis.com/').describe('IAM API'),
  SERVICE_USAGE_URL: z
    .url()
    .default('https://serviceusage.googleapis.com/')
    .describe('Service Usage API'),
  RESOURCE_MANAGER_URL: z
    .url()
    .default('https://cloudresourcemanager.googleapis.com/')
    .describe('Resource Manager API'),
  COMPUTE_URL: z.url().default('https://compute.googleapis.com/').describe('Compute Engine API'),
  BILLING_URL: z
    .url()
    .default('https://cloudbilling.googleapis.com/')
    .describe('Cloud Billing API'),
  HF_URL: z.url().default('https://huggingface.co').describe('Hugging Face Hub'),
  APIGEE_CHARTS: z
    .string()
    .regex(/^oci:\/\//, 'must start with oci://')
    .default('oci://us-docker.pkg.dev/apigee-release/apigee-k8s-tooling-helm-charts')
    .describe("OCI registry of the Apigee operator's charts"),
  APIGEE_CHARTS_PLAIN_HTTP: flag.default(false).describe('true for a chart mirror without TLS'),
};

export const environment = z.object(variables).superRefine((env, context) => {
  if (env.SLACK_MODE === 'http' && env.SLACK_SIGNING_SECRET === undefined) {
    context.addIssue({ code: 'custom', path: ['SLACK_SIGNING_SECRET'], message: 'is missing' });
  }
  if (env.SLACK_MODE === 'socket' && env.SLACK_APP_TOKEN === undefined) {
    context.addIssue({ code: 'custom', path: ['SLACK_APP_TOKEN'], message: 'is missing' });
  }
  const [operator, ...others] = env.LLMGW_OPERATORS;
  if (env.LLMGW_TWO_PERSON.length > 0 && others.length === 0 && /^[UW]/.test(operator ?? '')) {
    const message = 'needs a second operator in LLMGW_OPERATORS as approver';
    context.addIssue({ code: 'custom', path: ['LLMGW_TWO_PERSON'], message });
  }
  for (const issue of misplaced(env)) context.addIssue(issue);
});

export type Environment = z.infer<typeof environment>;

/** The variables of one gateway alone. */
export const gatewayEnvironment = z.object(gatewayVariables).superRefine((env, context) => {
  for (const issue of misplaced(env)) context.addIssue(issue);
});

export type GatewayEnvironment = z.infer<typeof gatewayEnvironment>;

function misplaced(env: {
  readonly PROJECT_ID: string;
  readonly APIGEE_ORG?: string | undefined;
  readonly APIGEE_REGION?: string | undefined;
  readonly REGION: string;
  readonly ZONE: string;
}) {
  const issue = (name: string, message: string) => ({
    code: 'custom' as const,
    path: [name],
    message,
  });
  return [
    ...(env.APIGEE_ORG === undefined || env.APIGEE_ORG === env.PROJECT_ID
      ? []
      : [
          issue(
            'APIGEE_ORG',
            `must equal PROJECT_ID (${env.PROJECT_ID}) or be left out, as the Apigee operator works with the organization of its own project only`,
          ),
        ]),
    ...(env.APIGEE_REGION === undefined || env.APIGEE_REGION === env.REGION
      ? []
      : [
          issue(
            'APIGEE_REGION',
            `must equal REGION (${env.REGION}), as the gateway reaches Apigee inside its region`,
          ),
        ]),
    ...(env.ZONE.startsWith(`${env.REGION}-`)
      ? []
      : [issue('ZONE', `must lie in REGION (${env.REGION})`)]),
  ];
}
