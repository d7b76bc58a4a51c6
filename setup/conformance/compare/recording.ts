// Recording of one call and its answer, with placeholders, in its written form.
import { createHash } from 'node:crypto';
import type { Json } from '../../../src/kernel/errors.ts';
import type { RawExchange } from '../wire/exchange.ts';
import { readBodies } from '../wire/read-body.ts';
import type { Scrubber } from './scrub.ts';

export interface Recording {
  readonly check: string;
  /** `apigee`, `gke`, `slack`, … */
  readonly service: string;
  readonly method: string;
  /** Below the service's base URL, with `{}` in place of names. */
  readonly path: string;
  /** Names of the query's parameters. */
  readonly query: readonly string[];
  readonly status: number | string;
  readonly headers: Readonly<Record<string, string>>;
  readonly request?: Json;
  readonly response?: Json;
}

/** Base URLs by service. */
export type ServiceUrls = Readonly<Record<string, string>>;

/** Headers by which clients decide. */
const keptHeaders = ['content-type', 'retry-after', 'x-oauth-scopes', 'www-authenticate'];

/** Hosts that hand out tokens are not recorded at all. */
const tokenSources =
  /^(metadata\.google\.internal|169\.254\.169\.254|oauth2\.googleapis\.com|sts\.googleapis\.com|iamcredentials\.googleapis\.com|accounts\.google\.com)$/;

/** @returns undefined for a call that hands out tokens. */
export async function toRecording(
  raw: RawExchange,
  { urls, scrubber }: { readonly urls: ServiceUrls; readonly scrubber: Scrubber },
): Promise<Recording | undefined> {
  const url = new URL(raw.url);
  if (tokenSources.test(url.hostname) || url.pathname.startsWith('/computeMetadata/')) return;
  const { service, path } = locate(raw, url, urls);
  const { request, response } = await readBodies(raw);
  const headers = keptHeaders.flatMap((name) => {
    const value = raw.headers[name];
    return value === undefined ? [] : [[name, scrubber.text(value.split(';')[0] ?? '')]];
  });
  return {
    check: raw.check,
    service,
    method: raw.method,
    path: path.split('/').map(scrubber.text).join('/'),
    query: [...new Set(url.searchParams.keys())].toSorted(),
    status: raw.status,
    headers: Object.fromEntries(headers) as Record<string, string>,
    ...(request === undefined ? {} : { request: scrubber.json(request) }),
    ...(response === undefined ? {} : { response: scrubber.json(response) }),
  };
}

function locate(
  { method }: RawExchange,
  url: URL,
  urls: ServiceUrls,
): { readonly service: string; readonly path: string } {
  if (method === 'gRPC') return { service: 'gke', path: url.pathname };
  const address = `${url.origin}${url.pathname}`;
  const [service, base] =
    Object.entries(urls)
      .filter(([, one]) => address.startsWith(one.replace(/\/+$/, '')))
      .toSorted(([, a], [, b]) => b.length - a.length)[0] ?? [];
  if (service !== undefined && base !== undefined) {
    const below = address.slice(base.replace(/\/+$/, '').length);
    return { service, path: withoutNames(below) };
  }
  if (/^\/(api|apis|version|openapi)(\/|$)/.test(url.pathname)) {
    return { service: 'kubernetes', path: url.pathname };
  }
  return { service: 'gateway', path: url.pathname };
}

/** Path segments that precede a name. */
const collections =
  /\/(projects|organizations|environments|instances|envgroups|developers|apps|apiproducts|apis|sharedflows|revisions|operations|attachments|keys|flowhooks|zones|regions|networks|subnetworks|machineTypes|clusters|locations|serviceAccounts|services|models|stats)\/([^/:]+)/g;

function withoutNames(path: string): string {
  return path.replaceAll(collections, '/$1/{}').replaceAll(/\/(%5B|\[)?\d{4,}(?=\/|$)/g, '/{}');
}

/** Equal calls of one check. */
export const callOf = ({ check, service, method, path, query }: Recording): string =>
  [check, service, method, `${path}${query.length === 0 ? '' : `?${query.join('&')}`}`].join(' ');

/** Short name of a call, to find it in the recordings. */
export const callId = (call: string): string =>
  createHash('sha256').update(call).digest('hex').slice(0, 8);
