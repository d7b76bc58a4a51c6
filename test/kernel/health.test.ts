// Health reports of one process.
import { expect, test } from 'vitest';
import { createHealth } from '../../src/kernel/health.ts';
import { quiet } from '../support/engine.ts';

test('a process that is stopping is not ready even when every check passes', async () => {
  const health = createHealth(quiet);
  health.add({ store: { check: () => undefined, kind: 'work' } });
  expect(await health.report()).toMatchObject({ status: 'failing', ready: false });
  health.started();
  expect(await health.report()).toMatchObject({ status: 'ok', ready: true });
  health.stopping();
  const report = await health.report();
  expect(report).toMatchObject({ status: 'failing', ready: false });
  expect(report.checks['store']).toEqual({ ok: true });
  expect(report.checks['stopping']).toMatchObject({ ok: false, code: 'stopping' });
});
