// Comparison of a product's quota in Apigee with the configured one.
import type { Product } from '../clients/apigee/schema.ts';
import type { Quota } from '../kernel/config.ts';

export interface ShownQuota {
  readonly limit?: string | undefined;
  readonly interval?: string | undefined;
  readonly timeUnit?: string | undefined;
}

type WithQuota = Pick<Product, 'operationGroup' | 'quota' | 'quotaInterval' | 'quotaTimeUnit'>;

/**
 * The first quota of an operation, or of the product without one, that differs from the desired one. No documentation
 * says where the operator writes it, and in which spelling; a product without any quota proves nothing.
 */
export function otherQuota(product: WithQuota, desired: Quota): ShownQuota | undefined {
  const { operationGroup, quota, quotaInterval, quotaTimeUnit } = product;
  const ofOperations = (operationGroup?.operationConfigs ?? []).flatMap((config): ShownQuota[] =>
    config.quota?.limit === undefined ? [] : [config.quota],
  );
  const ofProduct: ShownQuota[] =
    quota === undefined ? [] : [{ limit: quota, interval: quotaInterval, timeUnit: quotaTimeUnit }];
  const shown = ofOperations.length > 0 ? ofOperations : ofProduct;
  return shown.find((one) => !isSameQuota(one, desired));
}

/** `5.0` is 5, and `MINUTE` or `minutes` is `minute`; an interval of 1 may be omitted. */
const isSameQuota = (shown: ShownQuota, { limit, interval, timeUnit }: Quota): boolean =>
  Number(shown.limit) === limit &&
  Number(shown.interval ?? 1) === interval &&
  unitOf(shown) === timeUnit;

const unitOf = ({ timeUnit = '' }: ShownQuota): string =>
  timeUnit.trim().toLowerCase().replace(/s$/, '');

/** `5 per minute`, `100 per 2 hour`. */
export function describeShownQuota(shown: ShownQuota): string {
  const { limit = '', interval = '1' } = shown;
  return `${limit} per ${Number(interval) === 1 ? '' : `${interval} `}${unitOf(shown)}`;
}
