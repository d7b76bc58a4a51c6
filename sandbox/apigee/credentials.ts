// Consumer keys, generated or imported, pending where a product requires approval.
import { randomBytes, randomInt } from 'node:crypto';
import { ApiError, invalidArgument } from '../google/api-error.ts';
import { textOf, textsOf } from '../google/read-body.ts';
import type { App, Credential, Organization } from './state.ts';

const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789';

function randomText(length: number): string {
  return Array.from({ length }, () => alphabet[randomInt(alphabet.length)]).join('');
}

type Body = Readonly<Record<string, unknown>>;

/** A new key for the products named in the body; `keyExpiresIn` is in ms, -1 for never. */
export function generateCredential(org: Organization, body: Body, now: number): Credential {
  const expiresIn = Number(textOf(body, 'keyExpiresIn') || -1);
  if (!Number.isInteger(expiresIn)) throw invalidArgument('keyExpiresIn is not an integer');
  return {
    consumerKey: randomText(48),
    consumerSecret: randomText(64),
    status: 'approved',
    apiProducts: refsTo(org, textsOf(body, 'apiProducts')),
    issuedAt: now,
    expiresAt: expiresIn <= 0 ? -1 : now + expiresIn,
  };
}

/** An imported key, without products. @throws ApiError 409 when any app has it. */
export function importCredential(org: Organization, body: Body, now: number): Credential {
  const consumerKey = textOf(body, 'consumerKey');
  const consumerSecret = textOf(body, 'consumerSecret') || randomBytes(32).toString('hex');
  for (const value of [consumerKey, consumerSecret]) {
    if (!/^[\w-]{1,2048}$/.test(value)) {
      throw invalidArgument('consumerKey and consumerSecret may hold A-Z a-z 0-9 _ - only');
    }
  }
  if (allApps(org).some((app) => app.credentials.some((one) => one.consumerKey === consumerKey))) {
    throw new ApiError(409, 'the given consumer key already exists');
  }
  const seconds = Number(textOf(body, 'expiresInSeconds') || -1);
  return {
    consumerKey,
    consumerSecret,
    status: 'approved',
    apiProducts: [],
    issuedAt: now,
    expiresAt: seconds <= 0 ? -1 : now + seconds * 1000,
  };
}

/** @throws ApiError 404 for a product that does not exist. */
export function refsTo(org: Organization, names: readonly string[]): Credential['apiProducts'] {
  return names.map((apiproduct) => {
    const product = org.products[apiproduct];
    if (product === undefined) {
      throw new ApiError(404, `ApiProduct ${apiproduct} does not exist`);
    }
    return { apiproduct, status: product.approvalType === 'auto' ? 'approved' : 'pending' };
  });
}

export function allApps(org: Organization): App[] {
  return Object.values(org.developers).flatMap((developer) => Object.values(developer.apps));
}
