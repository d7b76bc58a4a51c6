// Outcome of a question: stored, then shown; retries do not ask the model again.
import { expect, test } from 'vitest';
import { keepEnding, readEnding, showEnding } from '../../../jobs/ask/stored-ending.ts';
import type { AnswerMessage } from '../../../jobs/ask/answer/notifier.ts';
import type { Turn } from '../../../jobs/ask/conversation.ts';
import { createRedactor } from '../../../src/kernel/redaction.ts';
import { memoryTexts } from '../../support/memory-texts.ts';
import { wholeAnswer } from '../../slack/whole-answer.ts';

const secret = 'issued-key-of-the-test';
const redactor = createRedactor([secret]);

function memory() {
  const kept = new Map<string, string>();
  const turns: Turn[] = [];
  return {
    kept,
    turns,
    context: {
      redact: redactor.text,
      texts: memoryTexts(kept),
      asks: {
        turns: () => Promise.resolve(turns),
        addTurn: (_thread: string, _gateway: string, turn: Turn) =>
          Promise.resolve(void turns.push(turn)),
      },
    },
  };
}

function message(finish: AnswerMessage['finish']): AnswerMessage {
  const unused = () => expect.fail('not called');
  return {
    thread: 'C0GATEWAY:1.1',
    grow: unused,
    abandon: unused,
    wait: unused,
    explain: unused,
    stopped: unused,
    interrupted: unused,
    finish,
  };
}

test('an answer that Slack refused is stored, shown by the next attempt, and kept once in history', async () => {
  const { context, turns, kept } = memory();
  const answer = wholeAnswer(`The answer, and ${secret}.`);
  const said = { gateway: 'default', prompt: 'Why?', answer: 'The answer.' };
  await keepEnding(context, 'ask-1', { ending: { how: 'finish', answer }, streams: true, said });
  expect(JSON.stringify([...kept])).not.toContain(secret);
  const away = message(() => Promise.reject(new Error('Slack is away')));
  const first = await readEnding(context, 'ask-1');
  if (first === undefined) return expect.fail('nothing stored');
  await expect(showEnding(context, away, 'ask-1', first)).rejects.toThrow('away');
  const shown: string[] = [];
  const taken = message(({ text }) => Promise.resolve(void shown.push(text)));
  for (let tries = 0; tries < 2; tries += 1) {
    expect(await showEnding(context, taken, 'ask-1', first)).toBe('answered');
  }
  expect(shown[0]).toBe('The answer, and •••test.');
  expect(turns).toEqual([{ job: 'ask-1', prompt: 'Why?', answer: 'The answer.' }]);
});
