// Access cache of asks: gateway, key and owner per process.
import type { Runs } from './runs.ts';
import type { Clients } from '../clients/clients.ts';
import { toFault } from '../kernel/errors.ts';
import { type HeldKey, readKey } from './credential.ts';
import { type KeyOwner, type OwnerParts, ownerOf } from './developer.ts';
import { hostToSend, noGateway, readEndpoint, readProof } from './endpoint.ts';
import type { ProvisionEnv } from './env.ts';
import { appName, productName } from './resources.ts';

/** An older entry is refreshed beside the ask that uses it; a refusal by the gateway drops it. */
const freshMs = { gateway: 20_000, key: 5_000, owner: 60_000 } as const;
/** An entry that was not refreshed for this long is read before the ask. */
const rememberedMs = 600_000;

export interface GatewayAccess {
  readonly endpoint: string;
  /** Host name that requests have to carry; undefined: the endpoint's own. */
  readonly host: string | undefined;
  /** A streamed answer arrived when the protection was verified. */
  readonly streams: boolean;
  /** The product allows chat completions. */
  readonly isChat: boolean;
}

/** The access that an ask uses. */
export interface ResolvedAccess {
  readonly access: GatewayAccess;
  readonly held: HeldKey;
}

interface CacheEntry {
  readonly value: Promise<unknown>;
  readonly until: number;
  freshUntil: number;
}

/** One cache per set of clients, as they define the cloud that was read. */
const memories = new WeakMap<Clients, Map<string, CacheEntry>>();

/** @throws refused/no_gateway, refused/no_key, refused/key_not_approved, refused/key_pending, refused/key_expired. */
export async function resolveAccess(
  { runs, signal }: { readonly runs: Pick<Runs, 'activeRun'>; readonly signal: AbortSignal },
  env: ProvisionEnv,
  owner: KeyOwner,
): Promise<ResolvedAccess> {
  const key = keyOf(env, owner, signal);
  // Without a gateway a key is useless: that is reported first.
  key.catch(() => undefined);
  const access = await readGatewayAccess(env, runs, signal);
  return { access, held: await key };
}

function readGatewayAccess(
  env: ProvisionEnv,
  runs: Pick<Runs, 'activeRun'>,
  signal: AbortSignal,
): Promise<GatewayAccess> {
  return keep(env, 'gateway', gatewayName(env), async () => {
    const [endpoint, proof, product] = await Promise.all([
      readEndpoint(env, signal),
      readProof(env, signal),
      env.clients.apigee(env.gateway).getProduct(productName(env.gateway.name), signal),
    ]);
    if (endpoint === undefined) {
      const { name } = env.gateway;
      throw noGateway(name, await runs.activeRun(name));
    }
    const operations = product?.operationGroup?.operationConfigs.flatMap((one) => one.operations);
    const isChat = operations?.some(({ resource }) => resource === '/v1/chat/completions') ?? false;
    const host = hostToSend(env, proof);
    return { endpoint, host, streams: proof?.streaming ?? false, isChat };
  });
}

function keyOf(env: ProvisionEnv, owner: KeyOwner, signal: AbortSignal): Promise<HeldKey> {
  const app = appName(env.gateway.name);
  // By the person, never by the email: two people may show the same one.
  return keep(env, 'key', keyName(env, owner.user), () => readKey(env, { owner, app }, signal));
}

/** Slack allows a hundred profiles a minute, and people ask repeatedly. @throws permanent/profile_hidden. */
export function keyOwnerOf(
  context: OwnerParts,
  env: ProvisionEnv,
  user: string,
): Promise<KeyOwner> {
  const name = `owner ${env.gateway.apigeeOrg} ${user}`;
  return keep(env, 'owner', name, () => ownerOf(context, env, user));
}

/** Drops an entry that the gateway refused: the next read is uncached. */
export function forgetAccess(env: ProvisionEnv, user: string): void {
  const memory = memories.get(env.clients);
  memory?.delete(gatewayName(env));
  memory?.delete(keyName(env, user));
}

const gatewayName = ({ gateway }: ProvisionEnv): string => `gateway ${gateway.name}`;
const keyName = ({ gateway }: ProvisionEnv, user: string): string => `key ${gateway.name} ${user}`;

function keep<T>(
  env: ProvisionEnv,
  kind: keyof typeof freshMs,
  name: string,
  read: () => Promise<T>,
): Promise<T> {
  const memory = memories.get(env.clients) ?? new Map<string, CacheEntry>();
  memories.set(env.clients, memory);
  const now = performance.now();
  const hold = (value: Promise<T>): CacheEntry => {
    const entry = { value, freshUntil: now + freshMs[kind], until: now + rememberedMs };
    if (memory.size > 5_000) memory.clear();
    memory.set(name, entry);
    return entry;
  };
  const cached = memory.get(name);
  if (cached === undefined || cached.until < now) {
    const value = read();
    const entry = hold(value);
    // A failure is not cached: the next caller reads again.
    value.catch(() => memory.get(name) === entry && memory.delete(name));
    return value;
  }
  if (cached.freshUntil < now) {
    cached.freshUntil = now + freshMs[kind];
    read().then(
      (value) => memory.get(name) === cached && hold(Promise.resolve(value)),
      (error: unknown) => {
        const isPassing = toFault(error).kind === 'transient';
        if (!isPassing && memory.get(name) === cached) memory.delete(name);
      },
    );
  }
  return cached.value as Promise<T>;
}
