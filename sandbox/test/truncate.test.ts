// A test of the fault `truncate`: full headers, half of the body, completed work.
import { expect, test } from 'vitest';
import { createContext } from '../core/create-context.ts';
import { addStrikes } from '../core/strike.ts';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

test('a response is cut in the middle and the work is done', async () => {
  const directory = mkdtempSync(join(tmpdir(), 'llmgw-truncate-'));
  const { context, open, close } = await createContext({ port: 0, speed: 60, directory });
  let done = 0;
  await context.http.register(async (scope) => {
    addStrikes(scope, context.faults, { service: 'apigee', operation: () => 'get' });
    scope.get('/thing', () => {
      done += 1;
      return { name: 'a thing with a long name' };
    });
  });
  await open();
  const rule = { service: 'apigee', operation: '.*', times: 1, probability: 1, seed: 1 } as const;
  context.faults.add({ ...rule, action: { kind: 'truncate' } });

  const struck = await fetch(`${context.baseUrl}/thing`);
  expect(struck.status).toBe(200);
  expect(Number(struck.headers.get('content-length'))).toBeGreaterThan(20);
  await expect(struck.text()).rejects.toThrow('terminated');
  expect(done).toBe(1);
  expect(await (await fetch(`${context.baseUrl}/thing`)).json()).toHaveProperty('name');
  await close();
  rmSync(directory, { recursive: true, force: true });
});
