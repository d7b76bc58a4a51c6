// Authentication and authorization of callers, by Google's IAM and cluster roles.
import type { IncomingHttpHeaders } from 'node:http';
import type { Identity } from '../../google/identity.ts';
import type { JsonObject } from '../json.ts';
import type { Objects } from '../objects.ts';
import type { Resources } from '../resources.ts';
import { StatusError } from '../status-error.ts';
import { accountCaller, type AccountTokens } from './account-tokens.ts';
import { type Attributes, type Caller, cloudPermission, refusal } from './attributes.ts';
import { isAllowed, rulesOf } from './rbac.ts';

/** A cluster's requirements of Google's identity. */
export type ClusterIdentity = Pick<Identity, 'isValidToken' | 'hasPermission' | 'callerEmail'>;

export interface Decision {
  readonly allowed: boolean;
  readonly reason: string;
}

export interface Access {
  /** @throws StatusError 401, or 403 for an impersonation that is not allowed */
  authenticate(headers: IncomingHttpHeaders): Caller;
  decide(caller: Caller, wanted: Attributes): Decision;
  /** @throws StatusError 403 */
  require(caller: Caller, wanted: Attributes): void;
  rules(caller: Caller, namespace: string): JsonObject[];
}

export interface AccessParts {
  readonly identity: ClusterIdentity;
  readonly tokens: AccountTokens;
  readonly objects: Objects;
  readonly resources: Resources;
}

const everyone = 'system:authenticated';

export function createAccess({ identity, tokens, objects, resources }: AccessParts): Access {
  const decide = (caller: Caller, wanted: Attributes): Decision => {
    if (isAllowed(objects, caller, wanted)) return { allowed: true, reason: '' };
    if (caller.name !== identity.callerEmail()) return { allowed: false, reason: '' };
    if ('path' in wanted) return { allowed: true, reason: '' };
    const permission = cloudPermission(wanted, resources);
    return identity.hasPermission(permission)
      ? { allowed: true, reason: 'access granted by IAM permissions.' }
      : { allowed: false, reason: `requires one of ["${permission}"] permission(s).` };
  };
  const require = (caller: Caller, wanted: Attributes): void => {
    const { allowed, reason } = decide(caller, wanted);
    if (!allowed) throw refusal(caller, wanted, reason);
  };
  const holderOf = (authorization: string | undefined): Caller | undefined => {
    if (identity.isValidToken(authorization)) {
      return { name: identity.callerEmail(), groups: [everyone] };
    }
    const token = /^Bearer +(\S+)$/i.exec(authorization ?? '')?.[1];
    return token === undefined ? undefined : tokens.callerOf(token);
  };
  return {
    authenticate: (headers) => {
      const holder = holderOf(headers.authorization);
      if (holder === undefined) throw new StatusError(401, 'Unauthorized', 'Unauthorized');
      return impersonated(holder, headers, require);
    },
    decide,
    require,
    rules: (caller, namespace) => rulesOf(objects, caller, namespace),
  };
}

/** kubectl's --as and --as-group: impersonation, when the token's owner is allowed to. */
function impersonated(
  holder: Caller,
  headers: IncomingHttpHeaders,
  require: Access['require'],
): Caller {
  const name = headers['impersonate-user'];
  if (typeof name !== 'string' || name === '') return holder;
  const given = headers['impersonate-group'];
  const groups = (Array.isArray(given) ? given : (given ?? '').split(','))
    .map((group) => group.trim())
    .filter((group) => group !== '');
  const account = /^system:serviceaccount:([^:]+):([^:]+)$/.exec(name);
  const wanted = { verb: 'impersonate', group: '' };
  if (account === null) require(holder, { ...wanted, resource: 'users', name });
  else {
    const [, namespace = '', accountOf = ''] = account;
    require(holder, { ...wanted, resource: 'serviceaccounts', namespace, name: accountOf });
  }
  for (const group of groups) require(holder, { ...wanted, resource: 'groups', name: group });
  const own = account === null ? [] : accountCaller(account[1] ?? '', account[2] ?? '').groups;
  const all = groups.length > 0 ? groups : own;
  return { name, groups: [...new Set([...all, everyone])] };
}
