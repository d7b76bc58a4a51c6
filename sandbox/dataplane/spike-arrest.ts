// Spike arrest: policies attached to a backend by a template, and their smoothing.
import { z } from 'zod';
import { kinds } from '../controllers/kinds.ts';
import type { KubeObject, ObjectStore } from '../kubernetes/cluster.ts';

export interface SpikeArrest {
  readonly messages: number;
  readonly periodMs: number;
}

const { group } = kinds.backendService;
const reference = z.looseObject({
  kind: z.string().optional(),
  name: z.string(),
  namespace: z.string().optional(),
});
const gatewayPolicy = z.looseObject({ ref: reference, targetRef: reference });
const rateSpec = z.looseObject({ rate: z.string().regex(/^\d+p[sm]$/) });

/** ApigeeGatewayPolicy -> ApimTemplate -> SpikeArrest; undefined without one at this backend. */
export function spikeArrestOf(
  store: ObjectStore,
  namespace: string,
  backend: string,
): SpikeArrest | undefined {
  const list = (kind: string): KubeObject[] =>
    store.serves(group, kind) ? store.list({ group, kind, namespace }) : [];
  const templates = list('ApigeeGatewayPolicy').flatMap((policy) => {
    const spec = gatewayPolicy.safeParse(policy['spec']);
    return spec.success && spec.data.targetRef.name === backend ? [spec.data.ref.name] : [];
  });
  const arrests = list('ApimTemplate')
    .filter((template) => templates.includes(template.metadata.name))
    .flatMap((template) => namesIn(template['spec']));
  const [rate] = list('SpikeArrest')
    .filter((arrest) => arrests.includes(arrest.metadata.name))
    .flatMap((arrest) => {
      const spec = rateSpec.safeParse(arrest['spec']);
      return spec.success ? [spec.data.rate] : [];
    });
  if (rate === undefined) return undefined;
  return {
    messages: Number.parseInt(rate, 10),
    periodMs: rate.endsWith('ps') ? 1_000 : 60_000,
  };
}

/** Searches the whole template: its exact form is not published. */
function namesIn(value: unknown): string[] {
  if (typeof value !== 'object' || value === null) return [];
  const own = reference.safeParse(value);
  const here = own.success && own.data.kind === 'SpikeArrest' ? [own.data.name] : [];
  return [...here, ...Object.values(value).flatMap(namesIn)];
}

/** One request per interval, no burst; false when this one comes too soon. */
export function admit(
  next: Record<string, number>,
  counter: string,
  { messages, periodMs }: SpikeArrest,
  now: number,
): boolean {
  if (now < (next[counter] ?? 0)) return false;
  next[counter] = now + periodMs / messages;
  return true;
}
