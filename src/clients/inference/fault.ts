// Failed completions as results: what the network did, and how much of a body is kept.
import type { CompletionFault, NetworkFault } from './client.ts';
import { connectionFailure } from '../../kernel/connection-failure.ts';
import { cutText } from '../../kernel/text.ts';

const keptBody = 16_384;

/** A fault with everything unsaid left empty. */
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

/** What a thrown fetch error says about the network. */
export function networkFault(error: unknown): NetworkFault {
  const code = connectionFailure(error);
  if (code === undefined) return 'unreachable';
  // Any other failure broke a connection that was there.
  return byCode.find(([codes]) => codes.test(code))?.[1] ?? 'reset';
}
