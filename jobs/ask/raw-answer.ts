// A gateway response in the format of `curl -i`, not yet redacted. Pure.
import { STATUS_CODES } from 'node:http';

export interface RawAnswer {
  readonly status: number | undefined;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/** Headers that would give access to the session they belong to. */
const veiled = new Set(['set-cookie', 'authorization', 'x-api-key']);

export function asCurlPrints({ status, headers, body }: RawAnswer): string {
  if (status === undefined) return 'curl: no HTTP response';
  const lines = Object.entries(headers).map(
    ([name, value]) => `${name}: ${veiled.has(name.toLowerCase()) ? '•••' : value}`,
  );
  return [`HTTP/1.1 ${status} ${STATUS_CODES[status] ?? ''}`.trimEnd(), ...lines, '', body].join(
    '\n',
  );
}
