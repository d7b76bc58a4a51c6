// What an ask must know of its gateway and its asker, kept in this process for moments, so that an answer does not wait for it.
import type { Clients } from '../../src/clients/clients.ts';
import type { Audience } from '../audience.ts';
import type { Runs } from '../context.ts';
import { readKey } from '../credential.ts';
import type { HeldKey } from '../credential.ts';
import { noGateway, readEndpoint, readProof } from '../endpoint.ts';
import type { ProvisionEnv } from '../provision/env.ts';
import { appName, productName } from '../resources.ts';

/** A gateway or a key that changed is seen after this long at the latest; a refusal by the gateway forgets at once. */
const keptMs = { gateway: 20_000, key: 5_000, email: 60_000 } as const;

export interface GatewayStanding {
  readonly endpoint: string;
  /** A streamed answer was seen to come through when the protection was proven. */
  readonly streams: boolean;
  /** The product allows chat completions. */
  readonly isChat: boolean;
}

interface Kept {
  readonly until: number;
  readonly value: Promise<unknown>;
}

/** One memory for each set of clients: theirs is the world that was read. */
const memories = new WeakMap<Clients, Map<string, Kept>>();

/** @throws refused/no_gateway. */
export function gatewayStanding(
  env: ProvisionEnv,
  runs: Pick<Runs, 'holding'>,
  signal: AbortSignal,
): Promise<GatewayStanding> {
  return keep(env, 'gateway', gatewayName(env), async () => {
    const [endpoint, proof, product] = await Promise.all([
      readEndpoint(env, signal),
      readProof(env, signal),
      env.clients.apigee(env.gateway).getProduct(productName(env.gateway.name), signal),
    ]);
    if (endpoint === undefined) {
      const { name } = env.gateway;
      throw noGateway(name, await runs.holding(name));
    }
    const operations = product?.operationGroup?.operationConfigs.flatMap((one) => one.operations);
    const isChat = operations?.some(({ resource }) => resource === '/v1/chat/completions') ?? false;
    return { endpoint, streams: proof?.streaming ?? false, isChat };
  });
}

/** @throws refused/no_key, refused/key_not_approved. */
export function keyOf(env: ProvisionEnv, email: string, signal: AbortSignal): Promise<HeldKey> {
  const app = appName(env.gateway.name);
  return keep(env, 'key', keyName(env, email), () => readKey(env, { email, app }, signal));
}

/** Slack tells a hundred profiles a minute, and people ask more than once. @throws permanent/profile_hidden. */
export function emailOf(env: ProvisionEnv, audience: Audience, user: string): Promise<string> {
  return keep(env, 'email', `email ${user}`, async () => (await audience.profile(user)).email);
}

/** The gateway did not take what was known: the next look is at the source. */
export function forgetStanding(env: ProvisionEnv, email: string): void {
  const memory = memories.get(env.clients);
  memory?.delete(gatewayName(env));
  memory?.delete(keyName(env, email));
}

const gatewayName = ({ gateway }: ProvisionEnv): string => `gateway ${gateway.name}`;
const keyName = ({ gateway }: ProvisionEnv, email: string): string =>
  `key ${gateway.name} ${email.toLowerCase()}`;

function keep<T>(
  env: ProvisionEnv,
  kind: keyof typeof keptMs,
  name: string,
  read: () => Promise<T>,
): Promise<T> {
  const memory = memories.get(env.clients) ?? new Map<string, Kept>();
  memories.set(env.clients, memory);
  const known = memory.get(name);
  if (known !== undefined && known.until > performance.now()) return known.value as Promise<T>;
  const value = read();
  memory.set(name, { until: performance.now() + keptMs[kind], value });
  // A failure is nobody else's: the next one looks again.
  value.catch(() => memory.delete(name));
  if (memory.size > 5_000) memory.clear();
  return value;
}
