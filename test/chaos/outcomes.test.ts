// Missing and duplicate outcomes of the bot, from the messages that people see.
import { expect, test } from 'vitest';
import { type Shown, endedIn, toldTwice, unended, unpaid } from '../../chaos/outcomes.ts';

const shown = (id: string, mark: Shown['mark'], more: Partial<Shown> = {}): Shown => ({
  id,
  mark,
  seenBy: ['alice'],
  threadTs: undefined,
  isEphemeral: false,
  byBot: true,
  words: '',
  text: '',
  ...more,
});
const accepted = (job: string) => ({ kind: 'accepted', job }) as const;
const ok = (job: string) => ({ kind: 'outcome', status: 'ok', job }) as const;
const asked = (job: string) => ({ kind: 'outcome', status: 'asked', job }) as const;
const none: ReadonlySet<string> = new Set();
const command = (job: string) => ({ what: '/llmgw key', as: 'alice', job });
const spoken = { what: '@llmgw key', as: 'alice', spoken: { ts: '5.0', suffix: '-abc' } };

test('a command lacks an outcome until an observation shows one of its job', () => {
  const seen = [shown('1.0', accepted('key-1'))];
  expect(unpaid([command('key-1')], seen, new Set())).toHaveLength(1);
  expect(unpaid([command('key-1')], seen, new Set(['key-1']))).toEqual([]);
  expect(unended(seen, new Set())).toEqual(['key-1']);
  expect(endedIn([...seen, shown('2.0', ok('key-1'))])).toEqual(['key-1']);
});

test('a mention is answered in its thread, or to its author only by its own job', () => {
  const thread = shown('6.0', ok('status-9'), { threadTs: '5.0' });
  expect(unpaid([spoken], [], new Set())).toHaveLength(1);
  expect(unpaid([spoken], [thread], new Set(['status-9']))).toEqual([]);
  expect(unpaid([spoken], [{ ...thread, threadTs: '4.0' }], new Set(['status-9']))).toHaveLength(1);
  expect(unpaid([spoken], [{ ...thread, seenBy: ['bob'] }], new Set(['status-9']))).toHaveLength(1);
  expect(unpaid([spoken], [], new Set(['key-abc']))).toEqual([]);
});

test('a final outcome in two messages is a duplicate; a question and its answer are not', () => {
  const copies = [shown('1.5', ok('ask-1')), shown('3.5', ok('ask-1'))];
  expect(toldTwice(copies, none)).toEqual([{ job: 'ask-1', at: [1_500, 3_500], texts: ['', ''] }]);
  expect(toldTwice([shown('1.5', asked('plan-1')), shown('3.5', ok('plan-1'))], none)).toEqual([]);
});

test('the same outcome for two people, or in a modal and a message, is no duplicate', () => {
  const toBob = shown('3.5', ok('ask-1'), { seenBy: ['bob'] });
  expect(toldTwice([shown('1.5', ok('ask-1')), toBob, shown('V01', ok('ask-1'))], none)).toEqual(
    [],
  );
});

test('a refused request names its run, and is no second outcome of that run', () => {
  const refused = shown('3.5', { kind: 'outcome', status: 'refused', job: 'provision-1' });
  const card = shown('1.5', ok('provision-1'));
  expect(toldTwice([card, refused], new Set(['provision-1']))).toEqual([]);
  expect(toldTwice([card, refused], none)).toHaveLength(1);
  expect(toldTwice([card, { ...card, id: '9.5' }], new Set(['provision-1']))).toHaveLength(1);
});
