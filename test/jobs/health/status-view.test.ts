// Status message during a run: names the runbook of the active run.
import { expect, test } from 'vitest';
import { statusMessage } from '../../../jobs/health/status/view.ts';
import { spoken } from '../../../src/slack/messages/mrkdwn.ts';

test.each([
  ['provision', 'Status of default: provisioning in progress.'],
  ['teardown', 'Status of default: teardown in progress.'],
])('status during a run of %s says: %s', (runbook, text) => {
  const message = statusMessage(
    {
      gateway: 'default',
      state: 'provisioning',
      cause: undefined,
      endpoint: undefined,
      model: 'm',
      pods: undefined,
      provenAt: undefined,
      lease: undefined,
      lastRun: { id: `${runbook}-default-1`, runbook, status: 'running', at: 0 },
    },
    'job-1',
  );
  expect(String(spoken(message.text))).toBe(text);
});
