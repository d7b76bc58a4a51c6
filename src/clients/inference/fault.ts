// Failed completions as results: what the network did, and how much of a body is kept.
import type { CompletionFault, NetworkFault } from './client.ts';
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

const byCode: Readonly<Record<string, NetworkFault>> = {
  ECONNREFUSED: 'refused',
  ECONNRESET: 'reset',
  EPIPE: 'reset',
  UND_ERR_SOCKET: 'reset',
  ETIMEDOUT: 'timeout',
  UND_ERR_CONNECT_TIMEOUT: 'timeout',
  UND_ERR_HEADERS_TIMEOUT: 'timeout',
  UND_ERR_BODY_TIMEOUT: 'timeout',
  ENOTFOUND: 'dns',
  EAI_AGAIN: 'dns',
};

/** What a thrown fetch error says about the network. */
export function networkFault(error: unknown): NetworkFault {
  for (let at: unknown = error; at instanceof Error; at = at.cause) {
    if (at.name === 'TimeoutError') return 'timeout';
    const code = 'code' in at ? byCode[String(at.code)] : undefined;
    if (code !== undefined) return code;
    // Several addresses were tried: the first says what the others do.
    if (at instanceof AggregateError && at.errors[0] instanceof Error) {
      return networkFault(at.errors[0]);
    }
  }
  return 'unreachable';
}
