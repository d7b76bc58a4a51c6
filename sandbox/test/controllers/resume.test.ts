// A test of a sandbox restart: stored work continues at the same address.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { applyInference, model } from './objects.ts';
import { conditionIn, openCluster, type OpenCluster } from './open-cluster.ts';

const directory = mkdtempSync(join(tmpdir(), 'llmgw-resume-'));
afterAll(() => rmSync(directory, { recursive: true, force: true }));

const statusOf = (open: OpenCluster, kind: string, name: string) => {
  const apiVersion = kind === 'Deployment' ? 'apps/v1' : 'gateway.networking.k8s.io/v1';
  return open.get(apiVersion, kind, name)?.['status'] as
    { addresses?: { value: string }[] } | undefined;
};
const url = (open: OpenCluster, port: number): string =>
  `http://${statusOf(open, 'Gateway', 'inference-gateway')?.addresses?.[0]?.value ?? ''}:${port}/v1/completions`;
const ask = async (address: string): Promise<number> => {
  const body = JSON.stringify({ model, prompt: 'Hello', max_tokens: 1 });
  return fetch(address, { method: 'POST', body, headers: { connection: 'close' } }).then(
    (answer) => answer.status,
    () => 0,
  );
};

test('a restarted sandbox finishes pending work and serves the same gateway again', async () => {
  const first = await openCluster({ directory });
  applyInference(first);
  // Pods exist and are not ready yet: the model download is in progress.
  await expect.poll(() => first.list('v1', 'Pod').length).toBe(2);
  await first.end();

  const second = await openCluster({ directory });
  await expect
    .poll(() => conditionIn(statusOf(second, 'Deployment', 'vllm-qwen'), 'Available')?.status)
    .toBe('True');
  expect(second.list('v1', 'Pod').length).toBe(2);
  const address = () => url(second, first.gatewayPort);
  await expect.poll(() => ask(address())).toBe(200);
  const before = address();
  await second.end();
  expect(await ask(before)).toBe(0);

  const third = await openCluster({ directory });
  await expect.poll(() => ask(before)).toBe(200);
  await third.end();
});
