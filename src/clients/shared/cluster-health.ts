// Health check of a cluster's API, for tools whose errors have no status.
import { request } from 'node:https';
import { certificateFailure } from '../../kernel/connection-failure.ts';
import type { ClusterAccess } from './cluster-access.ts';
import { isPassingStatus } from './outage.ts';

const timeoutMs = 5_000;

/** True without a response, or if the response is a server error. */
export function isApiAway(
  { server, caCertificate }: ClusterAccess,
  token: string,
  signal?: AbortSignal,
): Promise<boolean> {
  const late = AbortSignal.timeout(timeoutMs);
  return new Promise((resolve) => {
    const asked = request(
      `${server}/readyz`,
      {
        ...(caCertificate === '' ? {} : { ca: Buffer.from(caCertificate, 'base64') }),
        headers: { authorization: `Bearer ${token}` },
        agent: false,
        signal: signal === undefined ? late : AbortSignal.any([signal, late]),
      },
      (response) => {
        response.resume();
        resolve(isPassingStatus(response.statusCode ?? 0));
      },
    );
    asked.once('error', (error) => resolve(certificateFailure(error) === undefined));
    asked.end();
  });
}
