// Next actions name the gateway that they are about, so that nobody who follows one lands at another.
import { expect, test } from 'vitest';
import { commandFor, withGateway } from '../../src/kernel/named-commands.ts';

test.each([
  [
    'Get one with `/llmgw key`; only you.',
    'Get one with `/llmgw key --gateway staging`; only you.',
  ],
  ['Run `/llmgw provision --nodes 2`.', 'Run `/llmgw provision --nodes 2 --gateway staging`.'],
  ['`/llmgw status --gateway lab` knows.', '`/llmgw status --gateway lab` knows.'],
  ['Then `/llmgw ask PROMPT`.', 'Then `/llmgw ask --gateway staging PROMPT`.'],
  ['`/llmgw ask --private PROMPT` too.', '`/llmgw ask --gateway staging --private PROMPT` too.'],
  ['`/llmgw quota` shows it.', '`/llmgw quota --gateway staging` shows it.'],
  ['`/llmgw quota set 20/minute` sets.', '`/llmgw quota set 20/minute --gateway staging` sets.'],
  ['`/llmgw status staging` knows.', '`/llmgw status staging` knows.'],
  ['`/llmgw retry provision-staging-1` goes.', '`/llmgw retry provision-staging-1` goes.'],
  ['`/llmgw jobs` lists them.', '`/llmgw jobs` lists them.'],
  ['`/llmgw help provision` tells.', '`/llmgw help provision` tells.'],
])('%s', (given, wanted) => {
  expect(withGateway(given, 'staging')).toBe(wanted);
  expect(withGateway(given, 'default')).toBe(given);
});

test('a button types the same command', () => {
  expect(commandFor('key', 'staging')).toBe('key --gateway staging');
  expect(commandFor('key', 'default')).toBe('key');
});
