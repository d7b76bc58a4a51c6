// A test of requests during start-up: they wait until the routes are registered.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { createContext } from '../core/create-context.ts';

test('a request that arrives before the routes are registered waits for them', async () => {
  const directory = mkdtempSync(join(tmpdir(), 'llmgw-early-'));
  const { context, open, close } = await createContext({ port: 0, speed: 1, directory });
  const heard = new Promise((resolve) => context.http.server.once('request', resolve));
  const early = fetch(`${context.baseUrl}/greeting`);
  await heard;
  context.http.get('/greeting', async () => 'good morning');
  await open();
  expect(await (await early).text()).toBe('good morning');
  await close();
  rmSync(directory, { recursive: true });
});
