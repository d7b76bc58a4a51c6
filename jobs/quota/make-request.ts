// The question that a wish for more quota becomes: bound to the plan of the run that would set it, and to the limit it replaces.
import type { QuotaRequest } from '../approvals/index.ts';
import type { QuotaContext } from './notifier.ts';
import type { GatewayPlan } from '../provision/notifier.ts';
import { LlmgwError } from '../../src/kernel/errors.ts';
import { noGateway } from '../../src/gateway/endpoint.ts';
import { changesIn, look } from '../provision/plan-job.ts';
import { type ProvisionOptions, readProvisionOptions, toQuota } from '../../src/gateway/options.ts';
import { productName } from '../../src/gateway/resources.ts';
import { limitInWords, notMore, timesAsMuch, wishHash } from './quota-request.ts';

export interface Wished {
  readonly gateway: string;
  readonly wanted: string;
  readonly by: QuotaRequest['by'];
  readonly runId: string;
  readonly why: string | undefined;
}

export interface Made {
  readonly request: QuotaRequest;
  readonly plan: GatewayPlan;
  readonly options: ProvisionOptions;
}

/** @throws refused/no_gateway, refused/quota_same, refused/quota_less. */
export async function makeRequest(context: QuotaContext, wished: Wished): Promise<Made> {
  const { gateway, wanted, runId } = wished;
  const env = await context.env(gateway);
  const apigee = env.clients.apigee(env.gateway);
  if ((await apigee.getProduct(productName(gateway), context.signal)) === undefined) {
    throw noGateway(gateway);
  }
  const now = env.gateway.quota;
  const asked = toQuota(wanted);
  const tooLittle = notMore(gateway, asked, now);
  if (tooLittle !== undefined) throw new LlmgwError(tooLittle);
  const options = readProvisionOptions({ ...(await context.runs.options(gateway)), quota: wanted });
  const plan = await look(context, gateway, options, runId);
  const hash = wishHash(plan.hash, now);
  return {
    plan,
    options,
    request: {
      ...wished,
      kind: 'quota',
      id: `wish-${runId.split('-').at(-1) ?? ''}-${hash}`,
      hash,
      now: limitInWords(now),
      times: timesAsMuch(asked, now),
      summary: [...obstacles(plan), ...changesIn(plan)],
    },
  };
}

/** What the operators should know before they approve: it could not begin just now. */
function obstacles({ activeRun, steps }: GatewayPlan): string[] {
  return [
    ...(activeRun === undefined ? [] : [`the run ${activeRun} is at work on the gateway now`]),
    ...blockedIn({ steps }),
  ];
}

export const blockedIn = ({ steps }: Pick<GatewayPlan, 'steps'>): string[] =>
  steps
    .filter(({ action }) => action === 'blocked' || action === 'unread')
    .map(({ title, why }) => `blocked: ${title}${why === undefined ? '' : ` (${why})`}`);
