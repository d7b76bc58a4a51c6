// Answers to jobs that two workers finish or whose first attempt fails.
import { wholeAnswer } from './whole-answer.ts';
import type { Diagnosis } from '../../jobs/health/doctor/notifier.ts';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type TestWorkspace, openWorkspace } from './open-workspace.ts';

let slack: TestWorkspace;
beforeAll(async () => {
  slack = await openWorkspace();
});
afterAll(() => slack.close());

const diagnosis: Diagnosis = {
  gateway: 'default',
  state: 'ready',
  causes: [],
  effects: [],
  canRepair: false,
  activeRun: undefined,
  refusals: [],
  provenAt: undefined,
  checks: 21,
  passed: 21,
};

const examinations = async (job: string) =>
  (await slack.screen('U0OLIVIA', 'C0GATEWAY')).messages.filter((message) =>
    JSON.stringify(message).includes(job),
  );

const show = (job: string): Promise<void> =>
  slack.slackNotifier.notifier.showDiagnosis(
    { user: 'U0OLIVIA', channel: 'C0GATEWAY', job },
    diagnosis,
  );

test('a diagnosis that two workers finish is posted once, at once and later', async () => {
  await Promise.all([show('doctor-one'), show('doctor-one')]);
  expect(await examinations('doctor-one')).toHaveLength(1);
  await show('doctor-one');
  expect(await examinations('doctor-one')).toHaveLength(1);
});

test('a diagnosis that Slack refused is posted by the next attempt', async () => {
  const down = { kind: 'status', status: 503, headers: {} } as const;
  slack.fault({ operation: 'chat.postEphemeral', action: down, times: 3 });
  await expect(show('doctor-two')).rejects.toMatchObject({ fault: { kind: 'transient' } });
  await show('doctor-two');
  expect(await examinations('doctor-two')).toHaveLength(1);
});

test.each([
  ['streamed', true, false],
  ['edited', false, false],
  ['for the asker alone', true, true],
])(
  'a question made of characters that Slack escapes is answered: %s',
  async (way, streams, isPrivate) => {
    const job = `ask-signs-${way.replaceAll(' ', '-')}`;
    const to = { user: 'U0ALICE', channel: 'C0GATEWAY', job };
    const asked = { prompt: '<&'.repeat(600), isPrivate, streams };
    const message = await slack.slackNotifier.notifier.openAnswer(to, asked);
    message.grow('All of');
    await message.finish(wholeAnswer(`All of the answer to ${job}.`));
    const seen = async (words: string) =>
      slack.sees((each) => JSON.stringify(each).includes(words), 'U0ALICE');
    await seen(`answer to ${job}`);
    await seen('&lt;&amp;'.repeat(100));
  },
);
