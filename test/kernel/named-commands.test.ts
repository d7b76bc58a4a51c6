// Next actions that name their gateway in every command.
import { expect, test } from 'vitest';
import { guidance, guidanceText, slashCommand } from '../../src/kernel/guidance.ts';
import { commandFor } from '../../src/kernel/named-commands.ts';

test.each([
  [
    'Get one with `/llmgw key`; only you.',
    guidance`Get one with ${slashCommand('key')}; only you.`,
    'Get one with `/llmgw key --gateway staging`; only you.',
  ],
  [
    'Run `/llmgw provision --nodes 2`.',
    guidance`Run ${slashCommand('provision --nodes 2')}.`,
    'Run `/llmgw provision --nodes 2 --gateway staging`.',
  ],
  [
    '`/llmgw status --gateway lab` knows.',
    guidance`${slashCommand('status --gateway lab')} knows.`,
    '`/llmgw status --gateway lab` knows.',
  ],
  [
    'Then `/llmgw ask PROMPT`.',
    guidance`Then ${slashCommand('ask PROMPT')}.`,
    'Then `/llmgw ask --gateway staging PROMPT`.',
  ],
  [
    '`/llmgw ask --private PROMPT` too.',
    guidance`${slashCommand('ask --private PROMPT')} too.`,
    '`/llmgw ask --gateway staging --private PROMPT` too.',
  ],
  [
    '`/llmgw quota` shows it.',
    guidance`${slashCommand('quota')} shows it.`,
    '`/llmgw quota --gateway staging` shows it.',
  ],
  [
    '`/llmgw quota set 20/minute` sets.',
    guidance`${slashCommand('quota set 20/minute')} sets.`,
    '`/llmgw quota set 20/minute --gateway staging` sets.',
  ],
  [
    '`/llmgw status staging` knows.',
    guidance`${slashCommand('status staging')} knows.`,
    '`/llmgw status staging` knows.',
  ],
  [
    '`/llmgw retry provision-staging-1` goes.',
    guidance`${slashCommand('retry provision-staging-1')} goes.`,
    '`/llmgw retry provision-staging-1` goes.',
  ],
  [
    '`/llmgw jobs` lists them.',
    guidance`${slashCommand('jobs')} lists them.`,
    '`/llmgw jobs` lists them.',
  ],
  [
    '`/llmgw help provision` tells.',
    guidance`${slashCommand('help provision')} tells.`,
    '`/llmgw help provision` tells.',
  ],
])('%s', (printed, given, desired) => {
  expect(guidanceText(given, 'staging')).toBe(desired);
  expect(guidanceText(given)).toBe(printed);
});

test('a button sends the same command', () => {
  expect(commandFor('key', 'staging')).toBe('key --gateway staging');
  expect(commandFor('key', 'default')).toBe('key');
});

test('guidance without a command is plain text and is joined into one part', () => {
  expect(guidance`Ask ${3} times${guidance``}.`).toBe('Ask 3 times.');
  const inner = guidance`or ${slashCommand('key')}`;
  expect(guidance`Type it ${inner}.`).toEqual(['Type it or ', { command: 'key' }, '.']);
  expect(guidanceText(guidance`${slashCommand('key', 'lab')}`, 'staging')).toBe(
    '`/llmgw key --gateway lab`',
  );
});
