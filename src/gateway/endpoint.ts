// Endpoint and protection proof of a gateway, read from the cluster.
import { guidance, slashCommand } from '../kernel/guidance.ts';
import type { ActiveRun } from './runs.ts';
import { isIP } from 'node:net';
import { z } from 'zod';
import { fail } from '../kernel/errors.ts';
import { addressOf } from './conditions.ts';
import type { ProvisionEnv } from './env.ts';
import { orWithoutCluster } from './without-cluster.ts';
import { gatewayRef, proofRef } from './resources.ts';

const proofRecord = z.object({
  /** Host name of the gateway in the verification, if it was not the address. */
  host: z.string().optional(),
  hash: z.string(),
  at: z.coerce.number(),
  streaming: z.enum(['true', 'false']).transform((value) => value === 'true'),
});

/** Result of the last prove-protection. */
export type ProofRecord = z.infer<typeof proofRecord>;

/** `http://ADDRESS:PORT`; undefined while the gateway has no address or there is no cluster. */
export async function readEndpoint(
  env: ProvisionEnv,
  signal: AbortSignal,
): Promise<string | undefined> {
  const gateway = await orWithoutCluster(
    env.clients.kubernetes(env.gateway).get(gatewayRef, { signal }),
    undefined,
  );
  const address = addressOf(gateway);
  return address === undefined ? undefined : endpointAt(address, env.gateway.port);
}

export const endpointAt = (address: string, port: number): string =>
  `http://${address.includes(':') ? `[${address}]` : address}:${port}`;

/** Host name that requests to a gateway have to carry; undefined: its address. */
export const hostToSend = (
  { gateway }: Pick<ProvisionEnv, 'gateway'>,
  proof: Pick<ProofRecord, 'host'> | undefined,
): string | undefined => gateway.host ?? proof?.host;

/** Apigee's groups take domain names only; nip.io resolves `192.0.2.7.nip.io` to 192.0.2.7. */
export function nameOfAddress(address: string): string | undefined {
  const version = isIP(address);
  if (version === 0) return address;
  return version === 4 ? `${address}.nip.io` : undefined;
}

/** Address or name in the endpoint's URL. */
export const addressIn = (endpoint: string): string =>
  new URL(endpoint).hostname.replace(/^\[|\]$/g, '');

export async function readProof(
  env: ProvisionEnv,
  signal: AbortSignal,
): Promise<ProofRecord | undefined> {
  const found = await orWithoutCluster(
    env.clients.kubernetes(env.gateway).get(proofRef, { signal }),
    undefined,
  );
  return proofRecord.safeParse(found?.['data']).data;
}

/** The fault of a gateway that is not ready. @param active its active run. */
export const noGateway = (gateway: string, active?: Pick<ActiveRun, 'id' | 'runbook'>) => {
  if (active === undefined) {
    return fail('refused', 'no_gateway', `The gateway ${gateway} is not provisioned`, {
      next: guidance`Ask an operator to run ${slashCommand('provision')}.`,
    });
  }
  const isGoing = active.runbook === 'teardown';
  const what = isGoing
    ? `The run ${active.id} is tearing down the gateway ${gateway}`
    : `The run ${active.id} is provisioning the gateway ${gateway}`;
  return fail('refused', 'no_gateway', what, {
    next: isGoing
      ? guidance`Wait for the teardown. An operator can then run ${slashCommand('provision')}.`
      : guidance`Retry when the run is complete. ${slashCommand('status')} shows its progress.`,
  });
};
