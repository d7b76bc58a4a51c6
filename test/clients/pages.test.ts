// Endless lists of a server, which fail with a fault after a limit.
import { afterEach, beforeEach, expect, test } from 'vitest';
import { createApigee } from '../../src/clients/apigee/create-apigee.ts';
import { createCompute } from '../../src/clients/google/compute.ts';
import { createServiceUsage } from '../../src/clients/google/service-usage.ts';
import { toFault } from '../../src/kernel/errors.ts';
import { type ScriptedServer, json, startServer } from './apigee/scripted-server.ts';

const tokens = { get: async () => 'token', refresh: async () => 'token' };
/** Every paged list of Google's APIs that the clients read. */
const page = (nextPageToken: string) => ({
  items: [],
  services: [],
  instances: [],
  attachments: [],
  nextPageToken,
});

let server: ScriptedServer;
let next: (count: number) => string;
beforeEach(async () => {
  server = await startServer((_asked, response, count) => json(response, 200, page(next(count))));
});
afterEach(() => server.stop());

const lists: Readonly<Record<string, () => Promise<unknown>>> = {
  'instances of Apigee': () =>
    createApigee({ url: server.url, organization: 'acme', tokens }).listInstances(),
  'attachments of an instance of Apigee': () =>
    createApigee({ url: server.url, organization: 'acme', tokens }).listAttachments('i'),
  subnetworks: () => createCompute(tokens, `${server.url}/`).listSubnetworks('p', 'r'),
  'forwarding rules': () => createCompute(tokens, `${server.url}/`).listForwardingRules('p', 'r'),
  'enabled APIs': () => createServiceUsage(tokens, `${server.url}/`).missing('p', []),
};

test.each(Object.entries(lists))(
  '%s: a repeated page token ends the list with a fault',
  async (_, read) => {
    next = (count) => (count % 2 === 0 ? 'even' : 'odd');
    const fault = await read().then(() => expect.fail('it ended'), toFault);
    expect(fault).toMatchObject({ kind: 'permanent', code: 'unexpected_answer' });
    expect(fault.next).toMatch(/\S/);
    expect(server.asked).toHaveLength(3);
  },
);

test('pages with ever new tokens are read up to a limit', async () => {
  next = (count) => `page-${count}`;
  const fault = await (lists['subnetworks'] ?? expect.fail())().then(
    () => expect.fail('it ended'),
    toFault,
  );
  expect(fault).toMatchObject({ kind: 'permanent', code: 'unexpected_answer' });
});
