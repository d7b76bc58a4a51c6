// Failed completions as results: the network error and the kept part of the body.
import type { CompletionFault, NetworkFault } from './client.ts';
import { connectionFailure } from '../../kernel/connection-failure.ts';
import { cutText } from '../../kernel/text.ts';

const keptBody = 16_384;

/** A fault with all optional parts empty. */
export function stoppedAt(fault: Partial<Omit<CompletionFault, 'ok'>>): CompletionFault {
  return {
    ok: false,
    status: fault.status,
    body: cutText(fault.body ?? '', keptBody),
    headers: fault.headers ?? {},
    network: fault.network,
    midStream: fault.midStream ?? false,
    partialText: fault.partialText ?? '',
    ...(fault.unfinished === undefined ? {} : { unfinished: fault.unfinished }),
  };
}

const byCode: readonly (readonly [RegExp, NetworkFault])[] = [
  [/^ECONNREFUSED$/, 'refused'],
  [/TIMEOUT|^ETIME(DOUT)?$/, 'timeout'],
  [/^EAI_|^E(NOTFOUND|NODATA|SERVFAIL|REFUSED|NONAME|FORMERR|NOTIMP|BADRESP|BADNAME)$/, 'dns'],
  [/^E(HOST|NET)|^EADDRNOTAVAIL$/, 'unreachable'],
];

/** Network error of a thrown fetch error. */
export function networkFault(error: unknown): NetworkFault {
  const code = connectionFailure(error);
  if (code === undefined) return 'unreachable';
  // Any other failure broke an established connection.
  return byCode.find(([codes]) => codes.test(code))?.[1] ?? 'reset';
}
