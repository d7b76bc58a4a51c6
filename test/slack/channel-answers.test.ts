// Visibility of growing answers in channels, and Slack's Stop button of streams.
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { ScreenMessage } from '../../sandbox/slack/screen.ts';
import { type TestWorkspace, openWorkspace } from './open-workspace.ts';
import { wholeAnswer } from './whole-answer.ts';

const channel = 'C0GATEWAY';
const asked = { prompt: 'Why?', isPrivate: false, streams: true };

function useWorkspace(channelAnswers: 'stream' | 'edit') {
  const opened: { slack?: TestWorkspace } = {};
  const slack = (): TestWorkspace => opened.slack ?? expect.fail('the workspace is not open');
  beforeAll(async () => {
    opened.slack = await openWorkspace({ limits: '1000', channelAnswers });
  });
  afterAll(() => slack().close());
  beforeEach(() => slack().post('reset-rate-limits', {}));
  afterEach(() => slack().clearFaults());
  return {
    slack,
    open: (job: string, place = channel) =>
      slack().slackNotifier.notifier.openAnswer({ user: 'U0ALICE', channel: place, job }, asked),
    sees: (as: string, words: string, place = channel) =>
      slack().sees((each) => JSON.stringify(each.blocks).includes(words), as, place),
  };
}

const partOf = (message: ScreenMessage): string => JSON.stringify(message.blocks);

describe('with LLMGW_CHANNEL_ANSWERS=stream', () => {
  const { slack, open, sees } = useWorkspace('stream');

  test('an answer grows for its asker only and is shown to everybody at its end', async () => {
    const message = await open('ask-streamed');
    message.grow('First words of the');
    await sees('U0BOB', 'First words');
    message.grow('First words of the answer, then others of the');
    const grown = await sees('U0ALICE', 'then others');
    const atBob = (await slack().screen('U0BOB', channel)).messages.find(
      ({ ts }) => ts === grown.ts,
    );
    expect(atBob === undefined ? '' : partOf(atBob)).not.toContain('then others');
    await message.finish(wholeAnswer('First words of the answer, then others of the rest.'));
    await sees('U0BOB', 'of the rest.');
  });

  test('a stream can be stopped when Slack refuses the status of its thread', async () => {
    const body = JSON.stringify({ ok: false, error: 'app_not_agent' });
    const action = { kind: 'status', status: 200, headers: {}, body } as const;
    slack().fault({ operation: 'agents.sessions.setStatus', action });
    // The bot sets no status for a while after this refusal.
    await (await open('ask-refused')).finish(wholeAnswer('No status.'));
    const message = await open('ask-unset');
    message.grow('First words of a long answer');
    const { threadTs = '' } = await sees('U0ALICE', 'words of a long answer');
    const { agentSessions } = await slack().screen('U0ALICE', channel);
    expect(agentSessions.find((each) => each.threadTs === threadTs)?.canStop).toBe(true);
    const { memory } = slack().slackNotifier;
    expect(await memory.session({ channel, ts: threadTs })).toBe('ask-unset');
    await message.finish(wholeAnswer('First words of a long answer.'));
    expect(await memory.session({ channel, ts: threadTs })).toBeUndefined();
  });
});

describe('with LLMGW_CHANNEL_ANSWERS=edit', () => {
  const { open, sees } = useWorkspace('edit');

  test('an answer grows for everybody in the channel', async () => {
    const message = await open('ask-edited');
    message.grow('First words of the');
    await sees('U0BOB', 'First words');
    message.grow('First words of the answer, then others of the');
    expect((await sees('U0BOB', 'then others')).streaming).toBe(false);
    await message.finish(wholeAnswer('First words of the answer, then others of the rest.'));
    await sees('U0BOB', 'of the rest.');
  });

  test('an answer in a direct message is streamed', async () => {
    const message = await open('ask-direct', 'D0ALICE');
    message.grow('First words of the');
    expect((await sees('U0ALICE', 'First words', 'D0ALICE')).streaming).toBe(true);
    await message.finish(wholeAnswer('First words of the answer.'));
  });
});
