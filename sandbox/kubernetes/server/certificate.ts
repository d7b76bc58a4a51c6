// Self-signed certificate of a cluster's API server, for 127.0.0.1.
import { generate } from 'selfsigned';

export interface Certificate {
  readonly cert: string;
  readonly key: string;
}

export async function makeCertificate(): Promise<Certificate> {
  const year = 365 * 24 * 3_600_000;
  const pems = await generate([{ name: 'commonName', value: 'llmgw sandbox cluster' }], {
    keyType: 'ec',
    curve: 'P-256',
    notAfterDate: new Date(Date.now() + 5 * year),
    extensions: [
      { name: 'basicConstraints', cA: true, critical: true },
      { name: 'keyUsage', keyCertSign: true, digitalSignature: true, critical: true },
      {
        name: 'subjectAltName',
        altNames: [
          { type: 7, ip: '127.0.0.1' },
          { type: 2, value: 'localhost' },
          { type: 2, value: 'kubernetes.default.svc' },
        ],
      },
    ],
  });
  return { cert: pems.cert, key: pems.private };
}
