// View submissions that fail: the modal shows the cause and a fault id.
import { afterAll, beforeAll, expect, test } from 'vitest';
import { askedQuota, quotaRequestModalIds } from '../../jobs/quota/request-view.ts';
import { type TestWorkspace, openWorkspace } from './open-workspace.ts';
import { signed } from './signed-command.ts';

let slack: TestWorkspace;
beforeAll(async () => {
  slack = await openWorkspace();
});
afterAll(() => slack.close());

async function submit(callback: string, metadata: string, values: object = {}): Promise<string> {
  const payload = {
    type: 'view_submission',
    team: { id: 'T0SANDBOX' },
    user: { id: 'U0ALICE', team_id: 'T0SANDBOX' },
    view: {
      id: 'V0TEST',
      type: 'modal',
      callback_id: callback,
      private_metadata: metadata,
      state: { values },
    },
  };
  const body = new URLSearchParams({ payload: JSON.stringify(payload) }).toString();
  const response = await fetch(`${slack.botUrl}/slack/events`, signed(body));
  expect(response.status).toBe(200);
  return response.text();
}

test('a submission of an unknown modal is answered as outdated', async () => {
  const answer = await submit('gone.submit', '{}');
  expect(JSON.parse(answer)).toMatchObject({ response_action: 'update' });
  expect(answer).toContain('*Outdated modal.* This modal belongs to another version of llmgw.');
});

test.each(['ask.submit', 'quota.request', 'approval.decline', 'teardown.confirm'])(
  'a submission of %s with unreadable metadata is answered as outdated',
  async (callback) => {
    expect(await submit(callback, '{"version":9}')).toContain('*Outdated modal.*');
  },
);

test('a fault of a submission replaces the modal, with its code and id', async () => {
  const { callback, desired } = quotaRequestModalIds;
  const metadata = askedQuota.write({ gateway: 'nowhere', channel: 'C0GATEWAY' });
  const values = { [desired]: { any: { type: 'plain_text_input', value: '9000/minute' } } };
  const answer = await submit(callback, metadata, values);
  expect(JSON.parse(answer)).toMatchObject({ response_action: 'update' });
  expect(answer).toMatch(/\*Unknown gateway:\*[^]*unknown_gateway · quota-[a-z0-9]{8}/);
});
