// Last provisioning of a gateway and its place, which a teardown uses.
import { z } from 'zod';
import type { GatewayConfig } from '../kernel/config.ts';
import type { Step } from '../engine/step.ts';
import type { Json } from '../kernel/errors.ts';
import { type ConfigurationChange, provisionInput, snapshotOf } from './options.ts';

/** Place of a gateway, in terms of its variables. */
const place = z.object({
  PROJECT_ID: z.string(),
  APIGEE_ORG: z.string(),
  APIGEE_ENV: z.string(),
  NETWORK: z.string(),
  SUBNET: z.string(),
  PSC_SUBNET: z.string(),
  REGION: z.string(),
  APIGEE_REGION: z.string(),
  ZONE: z.string(),
  CLUSTER_NAME: z.string(),
  GATEWAY_PORT: z.number(),
});
export type ProvisionedPlace = z.infer<typeof place>;

export interface Whereabouts {
  /** Of the last run that created anything; undefined before it and after a finished teardown. */
  readonly last: ProvisionedPlace | undefined;
  /** Other places in which earlier runs created resources, newest first: the teardown does not check them. */
  readonly earlier: readonly ProvisionedPlace[];
}

/** The part of the run store that is read here. */
export interface RunHistory {
  recent(options: { readonly target: string; readonly limit: number }): Promise<string[]>;
  read(runId: string): Promise<
    | {
        readonly state: {
          readonly status: string;
          readonly request: { readonly runbook: string; readonly input: Json };
          readonly steps: Readonly<Record<string, { readonly status: string }>>;
        };
      }
    | undefined
  >;
}

/** The part of a step that is read here. */
export type ProvisioningStep = Pick<Step<never>, 'id' | 'kind' | 'makesNothing'>;

const lookBack = 50;

/** @param steps of provisioning. */
export async function whereaboutsOf(
  runs: RunHistory,
  gateway: string,
  steps: readonly ProvisioningStep[],
): Promise<Whereabouts> {
  // Steps of a run before it creates anything permanent.
  const makesNothing = new Set(
    steps
      .filter((step) => step.kind === 'require' || step.makesNothing === true)
      .map(({ id }) => id),
  );
  const hasMade = (made: Readonly<Record<string, { readonly status: string }>>): boolean =>
    Object.entries(made).some(([id, { status }]) => status !== 'pending' && !makesNothing.has(id));
  const found = new Map<string, ProvisionedPlace>();
  for (const runId of await runs.recent({ target: gateway, limit: lookBack })) {
    const state = (await runs.read(runId))?.state;
    if (state?.request.runbook === 'teardown' && state.status === 'succeeded') break;
    if (state?.request.runbook !== 'provision' || !hasMade(state.steps)) continue;
    const kept = place.safeParse(provisionInput.safeParse(state.request.input).data?.configured);
    if (kept.success) found.set(JSON.stringify(kept.data), kept.data);
  }
  const [last, ...earlier] = found.values();
  return { last, earlier };
}

/** The configured gateway, at the place of its provisioning. */
export function gatewayAt(
  configured: GatewayConfig,
  at: ProvisionedPlace | undefined,
): GatewayConfig {
  if (at === undefined) return configured;
  return {
    ...configured,
    projectId: at.PROJECT_ID,
    apigeeOrg: at.APIGEE_ORG,
    apigeeEnv: at.APIGEE_ENV,
    network: at.NETWORK,
    subnet: at.SUBNET,
    pscSubnet: at.PSC_SUBNET,
    region: at.REGION,
    apigeeRegion: at.APIGEE_REGION,
    zone: at.ZONE,
    clusterName: at.CLUSTER_NAME,
    port: at.GATEWAY_PORT,
  };
}

/** Later changes of the configuration. */
export function movedSince(
  at: ProvisionedPlace | undefined,
  configured: GatewayConfig,
): ConfigurationChange[] {
  if (at === undefined) return [];
  const now = snapshotOf(configured);
  return Object.entries(at).flatMap(([variable, then]) => {
    const is = now[variable];
    return is === undefined || is === then
      ? []
      : [{ variable, from: String(then), to: String(is) }];
  });
}

/** For people: `Cluster infgw-cluster in us-central1-a, project llm-demo`. */
export const formatPlace = ({
  CLUSTER_NAME,
  ZONE,
  PROJECT_ID,
  APIGEE_ENV,
}: ProvisionedPlace): string =>
  `Cluster ${CLUSTER_NAME} in ${ZONE}, project ${PROJECT_ID}, with the Apigee environment ${APIGEE_ENV}`;
