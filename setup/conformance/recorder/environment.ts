// Environment of the real side: the person's variables, with fillers for unused ones.
import { type Config, readConfig } from '../../../src/kernel/config.ts';

/** Variables that the bot needs and the kit does not. */
const fillers: Readonly<Record<string, string>> = {
  PROJECT_ID: 'no-project',
  HF_TOKEN: 'not-given',
  SLACK_BOT_TOKEN: 'xoxb-not-given',
  SLACK_SIGNING_SECRET: 'not-given',
  LLMGW_OPERATORS: 'U00000000',
  REDIS_URL: 'redis://127.0.0.1:6379',
};

/** @throws invalid/bad_configuration */
export function realConfig(
  env: Readonly<Record<string, string | undefined>>,
  projectId: string | undefined,
): Config {
  const given = Object.entries(env).filter(([, value]) => value !== undefined && value !== '');
  return readConfig({
    ...fillers,
    ...Object.fromEntries(given),
    ...(projectId === undefined ? {} : { PROJECT_ID: projectId, APIGEE_ORG: projectId }),
    // The kit reads the one gateway that these variables describe.
    LLMGW_GATEWAYS: undefined,
    SLACK_MODE: 'http',
  });
}

/** Name, cluster and environment of the throw-away gateway; no other gateway may use them. */
export const throwAway = {
  name: 'conformance',
  clusterName: 'llmgw-conformance',
  apigeeEnv: 'llmgw-conformance',
} as const;

/** @param gateway the configured one, for its project and location. */
export function throwAwayConfig(config: Config): Config {
  const configured = config.gateways['default'];
  if (configured === undefined) return config;
  return { ...config, gateways: { [throwAway.name]: { ...configured, ...throwAway } } };
}
