// Tokens of Kubernetes service accounts: signed, bound to the account, and expiring.
import { createPublicKey, sign, verify } from 'node:crypto';
import { isObject, objectOr, stringOr } from '../json.ts';
import type { Objects } from '../objects.ts';
import type { Certificate } from '../server/certificate.ts';
import { type Caller } from './attributes.ts';
import { accountName } from './rbac.ts';

export interface AccountTokens {
  /** @param seconds the token's lifetime */
  issue(account: { namespace: string; name: string; uid: string }, seconds: number): IssuedToken;
  /** The account of a bearer token; undefined for a foreign, expired or orphaned one. */
  callerOf(token: string): Caller | undefined;
}

export interface IssuedToken {
  readonly token: string;
  /** ms since the epoch. */
  readonly expires: number;
}

export function createAccountTokens(
  certificate: Certificate,
  issuer: string,
  objects: Objects,
  now: () => number,
): AccountTokens {
  const seconds = (): number => Math.floor(now() / 1_000);
  return {
    issue: ({ namespace, name, uid }, lifetime) => {
      const claims = {
        aud: [issuer],
        exp: seconds() + lifetime,
        iat: seconds(),
        iss: issuer,
        'kubernetes.io': { namespace, serviceaccount: { name, uid } },
        nbf: seconds(),
        sub: accountName(namespace, name),
      };
      return { token: signed(claims, certificate.key), expires: claims.exp * 1_000 };
    },
    callerOf: (token) => {
      const claims = verified(token, certificate.cert);
      if (claims === undefined || Number(claims['exp']) <= seconds()) return undefined;
      const of = objectOr(claims['kubernetes.io']);
      const account = objectOr(of['serviceaccount']);
      const namespace = stringOr(of['namespace']);
      const name = stringOr(account['name']);
      const there = objects.get('ServiceAccount', namespace, name);
      // A token ends with its account and is not valid for a new one of the same name.
      return there?.metadata.uid === account['uid'] ? accountCaller(namespace, name) : undefined;
    },
  };
}

export const accountCaller = (namespace: string, name: string): Caller => ({
  name: accountName(namespace, name),
  groups: ['system:serviceaccounts', `system:serviceaccounts:${namespace}`, 'system:authenticated'],
});

const encode = (value: object): string => Buffer.from(JSON.stringify(value)).toString('base64url');

function signed(claims: object, key: string): string {
  const text = `${encode({ alg: 'ES256', typ: 'JWT' })}.${encode(claims)}`;
  const signature = sign('sha256', Buffer.from(text), { key, dsaEncoding: 'ieee-p1363' });
  return `${text}.${signature.toString('base64url')}`;
}

function verified(token: string, cert: string): Record<string, unknown> | undefined {
  const [head, claims, signature, ...more] = token.split('.');
  if (head === undefined || claims === undefined || signature === undefined || more.length > 0) {
    return undefined;
  }
  const key = { key: createPublicKey(cert), dsaEncoding: 'ieee-p1363' } as const;
  const signs = Buffer.from(signature, 'base64url');
  if (!verify('sha256', Buffer.from(`${head}.${claims}`), key, signs)) return undefined;
  const body: unknown = JSON.parse(Buffer.from(claims, 'base64url').toString());
  return isObject(body) ? body : undefined;
}
