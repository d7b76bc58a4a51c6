// Reasoning inside an answer's text: what is left when it is whole, and while it grows.
import { expect, test } from 'vitest';
import { growingAnswer, withoutReasoning } from '../../../src/clients/inference/reasoning.ts';

test.each([
  [' Paris.\n', 'Paris.'],
  ['<think>a</think>\n\nParis.', 'Paris.'],
  ['<THINK>a</THINK>Paris.', 'Paris.'],
  ['[THINK]a[/THINK]Paris.', 'Paris.'],
  ['◁think▷a◁/think▷Paris.', 'Paris.'],
  ['<|START_THINKING|>a<|END_THINKING|>Paris.', 'Paris.'],
  ['<think>a</think>\n<think>b</think>Paris.', 'Paris.'],
  ['a\n</think>\n\nParis.', 'Paris.'],
  ['a</think><|im_end|>', '<|im_end|>'],
  ['a</think>', ''],
  ['a[/THINK]', ''],
  ['<think>a', ''],
  [
    '<|channel|>analysis<|message|>a<|end|><|start|>assistant<|channel|>final<|message|>Paris.<|return|>',
    'Paris.',
  ],
  [
    '<|channel|>analysis<|message|>a<|end|><|start|>assistant<|channel|>final <|constrain|>json<|message|>{}',
    '{}',
  ],
  ['<|channel|>commentary to=functions.search<|message|>{}<|call|>', ''],
  ['final<|message|>Paris.', 'Paris.'],
  ['<|channel>thought\na<channel|>Paris.', 'Paris.'],
  ['<think>\na\n</think>\n<answer>\nParis.\n</answer>', 'Paris.'],
  ['a\n</think>\n<answer>\nParis.', 'Paris.'],
])('of %j is left %j', (text, answer) => {
  expect(withoutReasoning(text)).toBe(answer);
});

test.each([
  'Close it with `</think>` and go on.',
  'Close it with `</think>`.',
  'It writes <think>a</think>\nand then the answer.',
  'The channel is <|channel|>final.',
  '<article>Paris</article>',
  '<answer>Paris</answer>',
  '<details><summary>a</summary></details>',
  '[link](https://example.com)',
])('nothing is taken from %j', (text) => {
  expect(withoutReasoning(text)).toBe(text);
});

test('an answer grows without its reasoning, and without a part of a mark', () => {
  const whole = '<think>Let me think</think>\n\nParis is it.';
  const grown = Array.from({ length: whole.length }, (_, at) => growingAnswer(whole.slice(0, at)));
  const shown = grown.filter((one, at) => one !== '' && one !== grown[at - 1]);
  expect(shown[0]).toBe('P');
  expect(shown.every((one) => 'Paris is it.'.startsWith(one))).toBe(true);
});

test('a model that repeats a closing mark costs no more than its text', () => {
  const text = '</think>\n'.repeat(20_000);
  expect(withoutReasoning(text).length).toBeLessThan(text.length);
});
