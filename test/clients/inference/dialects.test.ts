// Answers in the dialects of model servers: each has the same outcome as a body and as a stream.
import { describe, expect, it, test } from 'vitest';
import type { Unfinished } from '../../../src/clients/inference/client.ts';
import { type Choice, askAnswer, choiceOf, ways } from './answer-server.ts';

const reasoned = (isCut: boolean): Unfinished => ({ why: 'only_reasoning', isCut });

describe.each(ways)('an answer of $route, streamed: $stream', (way) => {
  const answer = (choice: Choice, beside: object = {}) =>
    askAnswer({ model: 'm', choices: [choiceOf(choice, way)], ...beside }, way);

  test.each([
    '<think>Let me think',
    '<thinking>Let me think',
    '<reasoning>\nLet me think</reasoning>',
    '<seed:think>Let me think',
    '[THINK]Let me think',
    '[THINK]Let me think[/THINK]',
    '◁think▷Let me think',
    '<|START_THINKING|>Let me think',
    '<|channel|>analysis<|message|>Let me think',
    '<|channel|>analysis',
    '<|channel|>analysis<|message|>a<|end|><|start|>assistant<|channel|>final<|message|>',
    'analysis<|message|>Let me think',
    'Let me think</think>',
    'Let me think[/THINK]\n',
    '<think>a</think>\n<think>b',
    '<think>a</think><think>b</think>',
    '<think>a</think><|im_end|>',
    '<|channel>thought\nLet me think',
    '<|channel>thought\nLet me think<channel|>',
    '<think>\na\n</think>\n<answer>\n',
    '<think>\na\n</think>\n<response>\n',
  ])('is only reasoning: %s', async (text) => {
    const cut = await answer({ text, finish: 'length' });
    expect(cut).toMatchObject({ ok: false, midStream: true, unfinished: reasoned(true) });
    const ended = await answer({ text, finish: 'stop' });
    expect(ended).toMatchObject({ ok: false, partialText: text, unfinished: reasoned(false) });
  });

  test.each([
    '<thinking>a</thinking>Paris.',
    '[THINK]a[/THINK]Paris.',
    '<|channel|>analysis<|message|>a<|end|><|start|>assistant<|channel|>final<|message|>Paris.',
    'Let me think</think>\n\nParis.',
    '<think>a</think>\n<think>b</think>Paris.',
    'Paris. The tag is <think>.',
    'A model writes <think>…</think>',
    '<article>Paris',
    'The analysis: Paris.',
  ])('is whole with an answer after the reasoning: %s', async (text) => {
    for (const finish of ['stop', 'length']) {
      expect(await answer({ text, finish })).toMatchObject({
        ok: true,
        text,
        finishReason: finish,
      });
    }
  });

  test.each<object>([
    { reasoning_content: 'a' },
    { reasoning_content: '', reasoning: 'a' },
    { reasoning: '', reasoning_content: 'a' },
    { reasoning: [{ type: 'text', text: 'a' }] },
    { reasoning_details: [{ type: 'reasoning.text', text: 'a', format: null }] },
    { reasoning: null, reasoning_details: [{ type: 'reasoning.summary', summary: 'a' }] },
    { thinking: 'a' },
    { thinking_blocks: [{ type: 'thinking', thinking: 'a', signature: 's' }] },
  ])('is only reasoning beside an empty text: %j', async (inner) => {
    for (const text of ['', null]) {
      const cut = await answer({ text, inner, finish: 'length' });
      expect(cut).toMatchObject({ ok: false, partialText: '', unfinished: reasoned(true) });
      const ended = await answer({ text, inner, finish: 'stop' });
      expect(ended).toMatchObject({ ok: false, unfinished: reasoned(false) });
    }
    expect(await answer({ text: ' Pa', inner })).toMatchObject({ ok: true, text: ' Pa' });
  });

  test.each(['', null, '  \n', '\u200B', '<|im_end|>', '</s>'])(
    'is empty with finish reason stop: %j',
    async (text) => {
      expect(await answer({ text })).toMatchObject({ ok: false, unfinished: { why: 'empty' } });
    },
  );

  it('is only reasoning where the tokens were spent on it', async () => {
    const usage = {
      prompt_tokens: 3,
      completion_tokens: 40,
      completion_tokens_details: { reasoning_tokens: 40 },
    };
    expect(await answer({ text: '' }, { usage })).toMatchObject({
      unfinished: { why: 'only_reasoning', isCut: false },
    });
  });

  it('is empty where the reasoning has no text', async () => {
    const inner = { reasoning: '', reasoning_details: [], refusal: null, tool_calls: [] };
    expect(await answer({ text: '', inner })).toMatchObject({ unfinished: { why: 'empty' } });
  });

  it('is filtered where the filter left no text', async () => {
    for (const finish of ['content_filter', 'SAFETY']) {
      expect(await answer({ text: '', finish })).toMatchObject({
        ok: false,
        unfinished: { why: 'filtered' },
      });
    }
  });

  it('is refused with the words of the model', async () => {
    const refused = await answer({ text: null, inner: { refusal: 'I cannot help.' } });
    expect(refused).toMatchObject({
      ok: false,
      unfinished: { why: 'refused', refusal: 'I cannot help.' },
    });
    expect(await answer({ finish: 'refusal' })).toMatchObject({
      ok: false,
      partialText: ' Pa',
      unfinished: { why: 'refused', refusal: '' },
    });
  });

  test.each<[string, Choice]>([
    ['with that finish reason', { finish: 'tool_calls', inner: { tool_calls: [{ id: 'a' }] } }],
    ['in the old form', { finish: 'function_call', inner: { function_call: { name: 'a' } } }],
    ['of Anthropic', { finish: 'tool_use' }],
    ['with stop and no text', { text: null, inner: { tool_calls: [{ id: 'a' }] } }],
  ])('is the call of a tool: %s', async (_name, choice) => {
    expect(await answer(choice)).toMatchObject({
      ok: false,
      unfinished: { why: 'ended_with', finishReason: 'tool_calls' },
    });
  });

  test.each([
    ['eos', 'stop'],
    ['eos_token', 'stop'],
    ['stop_sequence', 'stop'],
    ['end_turn', 'stop'],
    ['STOP', 'stop'],
    ['COMPLETE', 'stop'],
    [{ type: 'stop', matched: 2 }, 'stop'],
    ['MAX_TOKENS', 'length'],
    ['max_tokens', 'length'],
    ['model_length', 'length'],
    ['SAFETY', 'content_filter'],
  ])('is whole with finish reason %j, read as %s', async (finish, finishReason) => {
    expect(await answer({ finish })).toMatchObject({ ok: true, text: ' Pa', finishReason });
  });

  test.each(['abort', 'insufficient_system_resource', 'load', 'error', 'MALFORMED_FUNCTION_CALL'])(
    'is unfinished with finish reason %s',
    async (finish) => {
      expect(await answer({ finish })).toMatchObject({
        ok: false,
        partialText: ' Pa',
        unfinished: { why: 'ended_with', finishReason: finish },
      });
    },
  );

  test.each([null, '', 'null'])('has not ended with finish reason %j', async (finish) => {
    expect(await answer({ finish })).toMatchObject({ ok: false, unfinished: { why: 'no_end' } });
  });

  test.each<object>([
    { error: false },
    { error: '' },
    { error: null },
    { error: {} },
    { error: [] },
    { error: { message: '', code: null } },
    { fault: null },
    { service_tier: 'auto', system_fingerprint: null, kv_transfer_params: null },
  ])('is whole beside %j', async (beside) => {
    expect(await answer({}, beside)).toMatchObject({ ok: true, text: ' Pa' });
    expect(await answer({ beside })).toMatchObject({ ok: true, text: ' Pa' });
  });

  test.each<object>([
    { error: true },
    { error: ['a'] },
    { error: 'a' },
    { error: { message: 'a' } },
    { object: 'error', message: 'a' },
    { fault: { faultstring: 'a' } },
  ])('is broken off beside %j, though it says stop', async (beside) => {
    const broken = await answer({}, beside);
    expect(broken).toMatchObject({ ok: false, midStream: true, partialText: ' Pa' });
    expect(broken.ok ? broken : broken.unfinished).toBeUndefined();
  });

  it('is broken off by an error inside the choice', async () => {
    for (const finish of ['stop', 'error', null]) {
      const broken = await answer({ finish, beside: { error: { code: 502, message: 'a' } } });
      expect(broken).toMatchObject({ ok: false, midStream: true, partialText: ' Pa' });
      expect(broken.ok ? broken : broken.unfinished).toBeUndefined();
    }
  });

  it('is the choice of index 0 in any order of choices', async () => {
    const other = choiceOf({ index: 1, text: 'Other', finish: 'abort' }, way);
    const first = choiceOf({ index: 0 }, way);
    const beside = choiceOf({ index: 2, beside: { error: 'a' } }, way);
    for (const choices of [
      [other, first, beside],
      [first, other],
    ]) {
      expect(await askAnswer({ choices }, way)).toMatchObject({
        ok: true,
        text: ' Pa',
        finishReason: 'stop',
      });
    }
  });

  it('joins a text that comes in parts', async () => {
    const text = [
      { type: 'thinking', thinking: [{ type: 'text', text: 'a' }] },
      { type: 'text', text: ' Pa' },
      { type: 'text', text: 'ris' },
    ];
    expect(await answer({ text })).toMatchObject({ ok: true, text: ' Paris' });
    expect(await answer({ text: text.slice(0, 1) })).toMatchObject({ unfinished: reasoned(false) });
  });
});
