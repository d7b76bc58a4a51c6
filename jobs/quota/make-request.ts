// Quota request: the approval question, bound to a plan and the present limit.
import type { QuotaRequest } from '../approvals/index.ts';
import type { QuotaContext } from './notifier.ts';
import type { GatewayPlan } from '../provision/notifier.ts';
import { LlmgwError } from '../../src/kernel/errors.ts';
import { noGateway } from '../../src/gateway/endpoint.ts';
import { changesIn, preview } from '../provision/plan-job.ts';
import { type ProvisionOptions, readProvisionOptions, toQuota } from '../../src/gateway/options.ts';
import { productName } from '../../src/gateway/resources.ts';
import { formatLimit, notMore, timesAsMuch, requestHash } from './quota-request.ts';

export interface QuotaRequestInput {
  readonly gateway: string;
  readonly desired: string;
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
export async function makeRequest(context: QuotaContext, input: QuotaRequestInput): Promise<Made> {
  const { gateway, desired, runId } = input;
  const env = await context.env(gateway);
  const apigee = env.clients.apigee(env.gateway);
  if ((await apigee.getProduct(productName(gateway), context.signal)) === undefined) {
    throw noGateway(gateway);
  }
  const now = env.gateway.quota;
  const asked = toQuota(desired);
  const tooLittle = notMore(gateway, asked, now);
  if (tooLittle !== undefined) throw new LlmgwError(tooLittle);
  const options = readProvisionOptions({
    ...(await context.runs.options(gateway)),
    quota: desired,
  });
  const plan = await preview(context, gateway, options, runId);
  const hash = requestHash(plan.hash, now);
  return {
    plan,
    options,
    request: {
      ...input,
      kind: 'quota',
      id: `wish-${runId.split('-').at(-1) ?? ''}-${hash}`,
      hash,
      now: formatLimit(now),
      times: timesAsMuch(asked, now),
      summary: [...obstacles(plan), ...changesIn(plan)],
    },
  };
}

/** Obstacles that operators see before they approve. */
function obstacles({ activeRun, steps }: GatewayPlan): string[] {
  return [
    ...(activeRun === undefined ? [] : [`Blocked: run ${activeRun} is active on the gateway`]),
    ...blockedIn({ steps }),
  ];
}

export const blockedIn = ({ steps }: Pick<GatewayPlan, 'steps'>): string[] =>
  steps
    .filter(({ action }) => action === 'blocked' || action === 'unread')
    .map(({ title, why }) => `Blocked: ${title}${why === undefined ? '' : ` (${why})`}`);
