// Pure selection of a request's rule, by the Gateway API's precedence.
import type { BackendRef, RouteMatch } from '../controllers/gateway-views.ts';
import type { ProgrammedRoute } from './state.ts';

export interface RoutedRequest {
  readonly method: string;
  readonly path: string;
  readonly host: string;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
}

export interface RouteFound {
  readonly route: ProgrammedRoute;
  readonly backendRefs: readonly BackendRef[];
  /** Filter types of the rule that the data plane does not apply. */
  readonly filters: readonly string[];
}

export function findRoute(
  routes: readonly ProgrammedRoute[],
  request: RoutedRequest,
): RouteFound | undefined {
  const found = routes
    .filter((route) => hostMatches(route.spec.hostnames, request.host))
    .flatMap((route) =>
      route.spec.rules.flatMap((rule) =>
        rule.matches
          .filter((match) => matchesRequest(match, request))
          .map((match) => ({ route, rule, rank: rank(match) })),
      ),
    )
    .toSorted((left, right) => compare(right.rank, left.rank) || older(left.route, right.route))[0];
  if (found === undefined) return undefined;
  const { route, rule } = found;
  return {
    route,
    backendRefs: rule.backendRefs,
    filters: rule.filters.map((filter) => filter.type),
  };
}

function hostMatches(hostnames: readonly string[], host: string): boolean {
  return (
    hostnames.length === 0 ||
    hostnames.some((name) =>
      name.startsWith('*.') ? host.endsWith(name.slice(1)) : name.toLowerCase() === host,
    )
  );
}

function matchesRequest(match: RouteMatch, request: RoutedRequest): boolean {
  return (
    pathMatches(match.path, request.path) &&
    (match.method === undefined || match.method === request.method) &&
    match.headers.every((header) => {
      const value = request.headers[header.name.toLowerCase()];
      const text = Array.isArray(value) ? value.join(',') : value;
      if (text === undefined) return false;
      return header.type === 'RegularExpression'
        ? new RegExp(`^(?:${header.value})$`).test(text)
        : text === header.value;
    })
  );
}

function pathMatches({ type, value }: RouteMatch['path'], path: string): boolean {
  if (type === 'Exact') return path === value;
  if (type === 'RegularExpression') return new RegExp(`^(?:${value})$`).test(path);
  const prefix = value.endsWith('/') ? value.slice(0, -1) : value;
  return path === prefix || path.startsWith(`${prefix}/`);
}

/** Exact before prefix, the longer prefix first, then a method, then more headers. */
function rank(match: RouteMatch): number[] {
  return [
    match.path.type === 'Exact' ? 1 : 0,
    match.path.value.length,
    match.method === undefined ? 0 : 1,
    match.headers.length,
  ];
}

function compare(left: readonly number[], right: readonly number[]): number {
  const at = left.findIndex((value, index) => value !== right[index]);
  return at < 0 ? 0 : (left[at] ?? 0) - (right[at] ?? 0);
}

const older = (left: ProgrammedRoute, right: ProgrammedRoute): number =>
  left.createdAt.localeCompare(right.createdAt) ||
  `${left.namespace}/${left.name}`.localeCompare(`${right.namespace}/${right.name}`);
