// List of a person's keys for a gateway, masked and with their state.
import { isCreatedHere } from '../../src/gateway/ownership.ts';
import type { KeyApp, KeyRow } from './notifier.ts';
import type { DeveloperApp } from '../../src/clients/apigee/schema.ts';
import { mask } from '../../src/kernel/redaction.ts';
import {
  attributeOf,
  readApps,
  revokedBy,
  stateOf,
  usableCredential,
} from '../../src/gateway/credential.ts';
import type { KeyOwner } from '../../src/gateway/developer.ts';
import type { ProvisionEnv } from '../../src/gateway/env.ts';
import { type OwnerContext, endOf, isOwn } from './owner-context.ts';
import { readRotation } from './rotation-mark.ts';

export async function listKeys(at: OwnerContext): Promise<void> {
  const { context, env, owner, profile, to } = at;
  const gateway = env.gateway.name;
  const apps = await readKeyApps(env, profile, context.signal, isOwn(at));
  await context.notifier.tellKey(to, { kind: 'list', owner, gateway, apps });
}

/** The person's apps for the gateway, with every key masked. */
export async function readKeyApps(
  env: ProvisionEnv,
  owner: KeyOwner,
  signal: AbortSignal,
  isOwner = true,
): Promise<KeyApp[]> {
  const gateway = env.gateway.name;
  return (await readApps(env, owner, signal, isOwner)).map((app) => ({
    app: app.name,
    isMadeHere: isCreatedHere(app),
    isWorking: usableCredential(app, gateway, Date.now()) !== undefined,
    rows: rowsOf(app, gateway),
  }));
}

/** The newest first. */
function rowsOf(app: DeveloperApp, gateway: string): KeyRow[] {
  const rotation = readRotation(app);
  const newestFirst = app.credentials.toSorted((a, b) => (b.issuedAt ?? 0) - (a.issuedAt ?? 0));
  const rows = newestFirst.flatMap((credential): KeyRow[] => {
    const state = stateOf(app, credential, gateway, Date.now());
    if (state === undefined) return [];
    return [
      {
        masked: mask(credential.consumerKey),
        state,
        issuedAt: credential.issuedAt,
        expiresAt: endOf(credential),
        revokedBy: state === 'revoked' ? attributeOf(app, revokedBy) : undefined,
      },
    ];
  });
  // A pending or denied key replaces nothing.
  const newest = rows.find(({ state }) => state === 'usable');
  return rows.map((row) =>
    row !== newest && row.state === 'usable' && rotation !== undefined
      ? { ...row, goesAt: rotation.until }
      : row,
  );
}
