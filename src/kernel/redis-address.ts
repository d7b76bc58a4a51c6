// Addresses of Redis: redis://, rediss:// or unix:///path/to.sock (?db=1) URLs.
import { isIP } from 'node:net';

export interface StoreAddress {
  readonly url: string;
  /** PEM of the authority that signed the server's certificate; the system's authorities by default. */
  readonly ca?: string | undefined;
}

/** A password that is not encoded changes the host, port or database. */
export function isRedisUrl(text: string): boolean {
  try {
    const { protocol, username, password, pathname, search, hash } = new URL(text);
    if (`${username}${password}` !== '') decodeURIComponent(`${username}${password}`);
    if (protocol === 'unix:') return decodeURIComponent(pathname) !== '';
    return /^\/?\d*$/.test(pathname) && !search.includes('@') && hash === '';
  } catch {
    return false;
  }
}

/** Without user and password. */
export function describeAddress(address: StoreAddress): string {
  const { path, host = '', port = 0 } = addressOf(address);
  return path ?? `${host.includes(':') ? `[${host}]` : host}:${port}`;
}

interface Address {
  readonly path?: string;
  readonly host?: string;
  readonly port?: number;
  readonly db: number;
  readonly username?: string;
  readonly password?: string;
  readonly tls?: { readonly servername?: string; readonly ca?: string };
}

/** @throws TypeError, URIError for an address that `readConfig` refuses. */
export function addressOf({ url, ca }: StoreAddress): Address {
  const parsed = new URL(url);
  if (parsed.protocol === 'unix:') {
    return {
      path: decodeURIComponent(parsed.pathname),
      db: Number(parsed.searchParams.get('db') ?? 0),
    };
  }
  const host = parsed.hostname.replace(/^\[|\]$/g, '');
  return {
    host: host === '' ? '127.0.0.1' : host,
    port: Number(parsed.port === '' ? 6379 : parsed.port),
    db: Number(parsed.pathname.slice(1) || 0),
    ...(parsed.username === '' ? {} : { username: decodeURIComponent(parsed.username) }),
    ...(parsed.password === '' ? {} : { password: decodeURIComponent(parsed.password) }),
    ...(parsed.protocol === 'rediss:'
      ? {
          tls: {
            ...(isIP(host) === 0 ? { servername: host } : {}),
            ...(ca === undefined ? {} : { ca }),
          },
        }
      : {}),
  };
}
