// Text of a request's verdict.
import type { Hop, HopSeen, RequestTrace } from '../../dataplane/trace.ts';

export const hopNames: Readonly<Record<Hop, string>> = {
  client: 'Client',
  gateway: 'Gateway',
  extension: 'Extension',
  apigee: 'Apigee',
  pool: 'Pool',
  model: 'Model',
};

export interface Verdict {
  readonly tone: 'ok' | 'bad' | 'warn' | 'here';
  readonly title: string;
  readonly words: string;
}

/** @param hops the displayed hops */
export function verdictOf(request: RequestTrace, hops: readonly HopSeen[]): Verdict {
  const last = hops.at(-1);
  if (last === undefined) return { tone: 'here', title: 'Sent', words: '' };
  const name = hopNames[last.hop];
  if (last.state === 'refused') {
    const status = request.ended?.status ?? 0;
    const answer = status === 0 ? 'Connection cut' : `${status}`;
    const fault = request.fault === undefined ? '' : ` (${request.fault})`;
    return { tone: 'bad', title: `${answer} at ${name}`, words: `${last.words}${fault}` };
  }
  if (request.ended === undefined || hops.length < request.hops.length) {
    const words = last.hop === 'model' ? 'The model is answering.' : '';
    return { tone: 'here', title: `At ${name}`, words };
  }
  const { status, ms } = request.ended;
  const met = request.hops.some(({ hop, state }) => hop === 'apigee' && state === 'passed');
  return met
    ? { tone: 'ok', title: `${status} in ${ms} ms`, words: 'Apigee allowed the request.' }
    : {
        tone: 'warn',
        title: `${status} in ${ms} ms, unprotected`,
        words: 'The request reached the model without a key check: the gateway is open.',
      };
}

export function whoOf({ app, key }: RequestTrace): string {
  const who = app ?? (key === undefined ? 'no key' : 'unknown key');
  return key === undefined ? who : `${who} · ${key}`;
}
