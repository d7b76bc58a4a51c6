// A sandbox with Apigee, and a client that checks responses against the discovery document.
import { expect } from 'vitest';
import { type Apigee, createApigee } from '../../apigee/create-apigee.ts';
import { type OpenGoogle, openGoogle } from '../google/open-google.ts';
import type { SteppedClock } from '../google/stepped-clock.ts';
import { problems } from './discovery.ts';

export type Json = { readonly [key: string]: unknown };

export interface OpenApigee extends OpenGoogle {
  readonly apigee: Apigee;
  /** Calls `/v1/organizations/llm-demo` + path; an object is sent as JSON, a string as an octet stream. */
  call(verb: string, path: string, body?: object | string): Promise<{ status: number; body: Json }>;
  /** The same, for calls that must succeed; returns the body. */
  ask(verb: string, path: string, body?: object | string): Promise<Json>;
  /** Starts an operation, waits for its end, and returns its final state. */
  finish(verb: string, path: string, body?: object): Promise<Json>;
}

const base = '/v1/organizations/llm-demo';

export async function openApigee(
  options: { clock?: SteppedClock; directory?: string; callsPerMinute?: number } = {},
): Promise<OpenApigee> {
  const { callsPerMinute } = options;
  let apigee: Apigee | undefined;
  const opened = await openGoogle(options, (context, google) => {
    apigee = createApigee(context, { identity: google.identity, callsPerMinute });
  });
  if (apigee === undefined) throw new Error('not started');
  const service = apigee;
  const call: OpenApigee['call'] = async (verb, path, body) => {
    const isStream = typeof body === 'string';
    const response = await opened.auth.request<string>({
      method: verb,
      url: `${opened.context.baseUrl}/apigee${base}${path}`,
      headers: { 'content-type': isStream ? 'application/octet-stream' : 'application/json' },
      ...(body === undefined ? {} : { data: isStream ? body : JSON.stringify(body) }),
      responseType: 'text',
      validateStatus: () => true,
    });
    const answer = (response.data === '' ? {} : JSON.parse(response.data)) as Json;
    return { status: response.status, body: answer };
  };
  const ask: OpenApigee['ask'] = async (verb, path, body) => {
    const answer = await call(verb, path, body);
    expect(answer.status, JSON.stringify(answer.body)).toBeLessThan(300);
    const pathname = `${base}${path}`.split('?')[0] ?? '';
    if (answer.status !== 204) expect(problems(verb, pathname, answer.body)).toEqual([]);
    return answer.body;
  };
  return {
    ...opened,
    apigee: service,
    call,
    ask,
    finish: async (verb, path, body) => {
      const { name } = await ask(verb, path, body);
      opened.clock.advance(6 * 60_000);
      return ask('GET', String(name).replace('organizations/llm-demo', ''));
    },
    end: async () => {
      await service.stop();
      await opened.end();
    },
  };
}

export function refused(answer: { status: number; body: Json }): {
  status: number;
  code: unknown;
  message: unknown;
} {
  const error = answer.body['error'] as Json | undefined;
  return { status: answer.status, code: error?.['status'], message: error?.['message'] };
}
