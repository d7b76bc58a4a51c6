// Tests of the page's completion in the message field, from the manifest's hints.
import { expect, it } from 'vitest';
import { complete, hintsOf } from '../../page/completion.ts';
import { readManifest } from '../../slack/app-manifest.ts';

const { slashCommands } = readManifest(
  new URL('../../../manifests/slack-app.yaml', import.meta.url),
);
const people = [
  { id: 'U1', name: 'alice', realName: 'Alice Almeida', title: '', isBot: false },
  { id: 'U2', name: 'llmgw', realName: 'LLM Gateway', title: '', isBot: true },
];
const known = { commands: slashCommands, people, channels: [] };
const offered = (text: string, caret = text.length): string[] =>
  complete(text, caret, known).offers.map((offer) => offer.text);

it('completion offers the command, then its subcommands, then nothing', () => {
  expect(offered('/')).toEqual(['/llmgw ']);
  expect(offered('/llmgw pro')).toEqual(['/llmgw provision']);
  expect(offered('/llmgw as')).toEqual(['/llmgw ask ']);
  expect(offered('/llmgw ask why')).toEqual([]);
  expect(offered('/llmgw status')).toEqual([]);
  expect(offered('/other ')).toEqual([]);
  expect(offered('no / command')).toEqual([]);
});

it('Enter completes a partial command and sends a complete one', () => {
  expect(complete('/ll', 3, known).isEager).toBe(true);
  expect(complete('/llmgw', 6, known).isEager).toBe(false);
  expect(complete('/llmgw s', 8, known).isEager).toBe(false);
});

it('a person is inserted at the caret', () => {
  expect(offered('ask @al about it', 7)).toEqual(['ask @alice  about it']);
  expect(offered('mail a@al')).toEqual([]);
});

it('placeholders are parsed from a usage hint', () => {
  expect(hintsOf('ask PROMPT | notify here | key [issue]')).toEqual([
    { words: 'ask', blanks: 'PROMPT' },
    { words: 'notify here', blanks: '' },
    { words: 'key', blanks: '[issue]' },
  ]);
});
