// Parsing of typed commands: options, quotes, typos and Slack's encoding.
import { describe, expect, test } from 'vitest';
import { handlers } from '../../jobs/index.ts';
import {
  type CommandGrammar,
  type CommandGrammars,
  parseCommand,
} from '../../src/slack/dispatch/parse-command.ts';
import {
  withoutOpenMention,
  decodeSlackText,
  isBlank,
  lameMentions,
} from '../../src/slack/messages/slack-text.ts';

const form: CommandGrammar = {
  name: 'set',
  usage: 'set [NAME] [--quota LIMIT/WINDOW] [--yes]',
  options: {
    yes: { kind: 'flag', help: 'no question' },
    quota: {
      kind: 'value',
      placeholder: 'LIMIT/WINDOW',
      help: 'like 5/minute',
      pattern: /\d+\/minute/,
    },
  },
  argument: { kind: 'words', max: 1 },
};
const pick: CommandGrammar = {
  ...form,
  name: 'pick',
  argument: { kind: 'words', max: 1, allowed: ['issue'] },
};
const grammars: CommandGrammars = new Map([...handlers.grammars, ['set', form], ['pick', pick]]);
const command = (name: string, rest: object = {}): object => ({
  kind: 'command',
  command: { name, options: {}, words: [], rest: '', ...rest },
});

test.each([
  ['', command('help')],
  ['   ', command('help')],
  ['help', command('help')],
  ['HELP', command('help')],
  ['help key', command('help', { words: ['key'] })],
  ['key issue', command('key', { words: ['issue'] })],
  ['provision --yes', command('provision', { options: { yes: true } })],
  ['provision —yes', command('provision', { options: { yes: true } })],
  ['set --quota 5/minute', command('set', { options: { quota: '5/minute' } })],
  ['set --quota=5/minute a', command('set', { options: { quota: '5/minute' }, words: ['a'] })],
  ['set "two words" --yes', command('set', { words: ['two words'], options: { yes: true } })],
  ['set “two words”', command('set', { words: ['two words'] })],
  ['set "--yes"', command('set', { words: ['--yes'] })],
  ['ask why  is\nthe sky "blue"?', command('ask', { rest: 'why  is\nthe sky "blue"?' })],
  ['ask', command('ask', { rest: '' })],
  ['ask   \n ', command('ask', { rest: '' })],
  [
    'ask —private --max-tokens=99 --temperature 0.5 hi “there” 👋',
    command('ask', {
      options: { private: true, 'max-tokens': '99', temperature: '0.5' },
      rest: 'hi “there” 👋',
    }),
  ],
  ['ask\n    def f():\n        pass', command('ask', { rest: '    def f():\n        pass' })],
  ['ask --raw\n\n\tx = 1', command('ask', { options: { raw: true }, rest: '\tx = 1' })],
  ['ask    \tspaces on its line', command('ask', { rest: 'spaces on its line' })],
  ['ask -- \n --raw', command('ask', { rest: ' --raw' })],
  ['ask a - b', command('ask', { rest: 'a - b' })],
  ['ask -- --not-an-option', command('ask', { rest: '--not-an-option' })],
  ['ask is 1 &lt; 2 &amp;&amp; true', command('ask', { rest: 'is 1 < 2 && true' })],
  ['ask read <https://a.example/x|a.example/x>', command('ask', { rest: 'read a.example/x' })],
  ['key revoke <@U0BOB|bob>', command('key', { words: ['revoke', '@U0BOB'] })],
  ['ask who is <@U0BOB|bob>?', command('ask', { rest: 'who is @bob?' })],
])('%j is parsed', (text, expected) => {
  expect(parseCommand(text, grammars)).toEqual(expected);
});

const cancel = command('cancel', { words: ['provision-default-k3f9x2ab'] });
test.each([
  ['`cancel` `provision-default-k3f9x2ab`', cancel],
  ['`cancel provision-default-k3f9x2ab`', cancel],
  ['*cancel* _provision-default-k3f9x2ab_', cancel],
  ['~cancel provision-default-k3f9x2ab~', cancel],
  ['```\n/llmgw cancel provision-default-k3f9x2ab\n```', cancel],
  ['`/llmgw` cancel provision-default-k3f9x2ab', cancel],
  ['*`/llmgw cancel provision-default-k3f9x2ab`*', cancel],
  ['cancel provision-default-k3f9x2ab*', cancel],
  ['/llmgw', command('help')],
  ['`/llmgw`', command('help')],
  ['/LLMGW status', command('status')],
  ['status*', command('status')],
  ['set `--quota` `5/minute`', command('set', { options: { quota: '5/minute' } })],
  ['set "*two* words"', command('set', { words: ['*two* words'] })],
  ['`ask` why is `x`', command('ask', { rest: 'why is `x`' })],
  ['`/llmgw ask` why is `x`', command('ask', { rest: 'why is `x`' })],
  ['/llmgw ask /llmgw *what*?', command('ask', { rest: '/llmgw *what*?' })],
  ['*ask* why is 2*3*', command('ask', { rest: 'why is 2*3*' })],
  ['ask `--raw` means?', command('ask', { rest: '`--raw` means?' })],
  ['ask _init_', command('ask', { rest: '_init_' })],
  ['ask ```\ncode\n```', command('ask', { rest: '```\ncode\n```' })],
  ['`ask why?`', command('ask', { rest: 'why?' })],
])('%j is parsed without the formatting around its words', (text, expected) => {
  expect(parseCommand(text, grammars)).toEqual(expected);
});

test('formatting characters alone are an unknown command', () => {
  expect(parseCommand('***', grammars)).toMatchObject({ kind: 'unknown', word: '***' });
});

test.each([
  ['staus', { kind: 'unknown', word: 'staus', suggestion: 'status' }],
  ['provison --yes', { kind: 'unknown', word: 'provison', suggestion: 'provision' }],
  ['zebra', { kind: 'unknown', word: 'zebra', suggestion: undefined }],
])('%j is an unknown command', (text, expected) => {
  expect(parseCommand(text, grammars)).toEqual(expected);
});

test.each([
  ['provision --yess', 'Unknown option `--yess` for `provision`. Did you mean `--yes`?'],
  ['provision --constructor', 'Unknown option `--constructor` for `provision`.'],
  ['provision --yes=no', '`--yes` takes no value.'],
  ['provision default now', 'Unexpected argument `now`.'],
  ['pick rotate', 'Unknown argument `rotate`.'],
  ['pick isue', 'Unknown argument `isue`. Did you mean `issue`?'],
  ['set --quota', '`--quota` needs a value: `--quota LIMIT/WINDOW`.'],
  ['set --quota many', '`many` is not a valid `--quota LIMIT/WINDOW` (like 5/minute).'],
  ['set "open', 'A closing quote is missing.'],
  [
    'ask --rawr hi',
    'Unknown option `--rawr` for `ask`. Did you mean `--raw`? To use it as text, put `--` before it.',
  ],
  [
    'ask ---\ntitle: x\n---',
    'Unknown option `---` for `ask`. To use it as text, put `--` before it.',
  ],
  [
    'ask --max-tokens 40000 hi',
    '`40000` is not a valid `--max-tokens N` (limit the answer to 1 to 32768 tokens (default 256)).',
  ],
  [
    'ask --temperature 2.1 hi',
    '`2.1` is not a valid `--temperature T` (set the randomness, 0 to 2 (default 0.2)).',
  ],
])('%j is answered with its problem', (text, problem) => {
  expect(parseCommand(text, grammars)).toMatchObject({ kind: 'invalid', problem });
});

describe('Slack’s encoding', () => {
  test.each([
    ['<!channel> <!subteam^S1|@ops> <#C1|general>', '@channel @ops #general'],
    ['<mailto:a@b.example|a@b.example>', 'a@b.example'],
    [
      '<http://a.example|a.example> <https://a.example/?x=1&amp;y=2>',
      'a.example https://a.example/?x=1&y=2',
    ],
    ['<https://a.example/x|the page>', '[the page](https://a.example/x)'],
    ['<#C1|> <#C1> <@U0BOB>', '#C1 #C1 @U0BOB'],
    ['<!date^1700000000^{date}|14 Nov> <!here|here>', '14 Nov @here'],
    ['&amp;lt;', '&lt;'],
    ['a &lt;b&gt; c', 'a <b> c'],
    ['<script>', '<script>'],
  ])('%j is decoded to the typed text', (text, typed) => {
    expect(decodeSlackText(text)).toBe(typed);
  });

  test.each([
    ['', true],
    [' \n\t\u00A0\u3000', true],
    ['\u200B\u200D\u2060\uFEFF\u200F\u202E', true],
    ['\u200Bx', false],
    ['.', false],
    ['👋', false],
  ])('%j is blank: %s', (text, isNothing) => {
    expect(isBlank(text)).toBe(isNothing);
  });

  test.each([
    '<!channel>',
    '<!here|here>',
    '<!everyone>',
    '<@U0BOB>',
    '<@W0BOB|bob>',
    '<!subteam^S1>',
    '<!subteam^S1|@ops>',
    '<#C0GATEWAY>',
    '<#C0GATEWAY|general>',
    '<!date^1700000000^{date}|14 Nov>',
  ])('the mention %s is disabled', (mention) => {
    expect(lameMentions(`a ${mention} b`)).not.toContain(mention);
  });

  test.each([
    '<!DOCTYPE html>',
    '<!-- x -->',
    '<![CDATA[x]]>',
    'List<@NonNull String>',
    'Map<@Nullable K, V>',
    '#include <stdio.h>',
    'a <#b> c <@> <!> < !channel>',
    '<@media screen>',
    'x <!= y',
  ])('%s is unchanged', (code) => {
    expect(lameMentions(code)).toBe(code);
    expect(lameMentions(`\`\`\`\n${code}\n\`\`\``)).toContain(code);
  });

  test.each([
    ['a <', 'a '],
    ['a <!chan', 'a '],
    ['a <@U0', 'a '],
    ['a <!subteam^S1|the', 'a '],
    ['a <!DOCTYPE html>', 'a <!DOCTYPE html>'],
    ['a < b', 'a < b'],
    [`<!-- ${'x'.repeat(400)}`, `<!-- ${'x'.repeat(400)}`],
  ])('the growing text %j has the settled part %j', (text, settled) => {
    expect(withoutOpenMention(text)).toBe(settled);
  });
});
