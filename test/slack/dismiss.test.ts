// Operator questions in a thread, which only operators can dismiss.
import { expect, test } from 'vitest';
import { handlers } from '../../jobs/index.ts';
import { outcome } from '../../src/slack/messages/message.ts';
import { openWorkspace } from './open-workspace.ts';
import { signed } from './signed-command.ts';

test('only operators dismiss a question, and owners keep a key by a separate action', async () => {
  const slack = await openWorkspace();
  try {
    const press = async (user: string, action: string): Promise<string> => {
      const payload = {
        type: 'block_actions',
        user: { id: user, team_id: 'T0SANDBOX' },
        team: { id: 'T0SANDBOX' },
        channel: { id: 'C0GATEWAY' },
        trigger_id: `t.${user}.${action}`,
        container: {},
        actions: [{ action_id: action, value: 'plan-1', action_ts: `1.${user}.${action}` }],
      };
      const body = new URLSearchParams({ payload: JSON.stringify(payload) }).toString();
      const before = (await slack.screen(user)).messages.length;
      await fetch(`${slack.botUrl}/slack/interactivity`, signed(body));
      await expect
        .poll(async () => (await slack.screen(user)).messages.length)
        .toBeGreaterThan(before);
      return (await slack.screen(user)).messages.at(-1)?.text ?? '';
    };
    expect(await press('U0BOB', 'run.dismiss')).toContain('Only operators can do this');
    expect(await press('U0OLIVIA', 'run.dismiss')).toContain('Nothing changed');
    expect(await press('U0BOB', 'key.keep')).toContain('Nothing changed');
    expect(handlers.actions.has('key.keep')).toBe(true);
  } finally {
    await slack.close();
  }
});

test('a mark contains no user text and fits into a block_id', () => {
  expect(outcome('refused', '{"a":"<!channel>"}')).toMatchObject({ job: 'unknown' });
  expect(outcome('refused', 'a'.repeat(300))).toMatchObject({ job: 'unknown' });
  expect(outcome('ok', 'provision-default-1a2b')).toMatchObject({ job: 'provision-default-1a2b' });
});
