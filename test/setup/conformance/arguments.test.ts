// Arguments of the conformance kit: one sentence for each mistake.
import { PassThrough } from 'node:stream';
import { text } from 'node:stream/consumers';
import { expect, test } from 'vitest';
import { readArguments } from '../../../setup/conformance/arguments.ts';
import { confirm } from '../../../setup/conformance/confirm.ts';

const withSlack = { SLACK_BOT_TOKEN: 'xoxb-1' };

test.each([
  ['nothing to check', [], {}, /^Nothing to check: give --project P/],
  ['a typo in an option', ['--projcet', 'p'], {}, /Unknown option --projcet\. .*--project\?/],
  ['a typo in a flag', ['--project', 'demo-1', '--gatway'], {}, /--gatway.*--gateway\?/],
  ['an option without its value', ['--project'], {}, /^--project needs a value/],
  ['an option in the place of a value', ['--project', '--gateway'], {}, /^--project needs a value/],
  ['a value for a flag', ['--project', 'demo-1', '--gateway=yes'], {}, /takes no value/],
  ['a stray argument', ['demo-project'], {}, /^Unknown argument demo-project/],
  ['a project number', ['--project', '424242424242'], {}, /is no project ID/],
  ['a project name', ['--project', 'My Project'], {}, /is no project ID/],
  ['a gateway without a project', ['--gateway'], withSlack, /--gateway needs --project/],
  ['a gateway without HF_TOKEN', ['--project', 'demo-1', '--gateway'], {}, /needs HF_TOKEN/],
  ['both runs', ['--project', 'demo-1', '--gateway', '--remove'], {}, /Use either/],
  ['a channel name', ['--channel', '#general'], withSlack, /is no channel ID/],
  [
    'a channel without a token',
    ['--project', 'demo-1', '--channel', 'C0A1'],
    {},
    /SLACK_BOT_TOKEN/,
  ],
  ['a wrong speed', ['--project', 'demo-1', '--speed', 'fast'], {}, /--speed must be/],
])('%s is reported in one sentence', (_mistake, given, env, sentence) => {
  expect(() => readArguments(given, env)).toThrow(sentence);
});

test('a project alone or Slack alone is enough', () => {
  expect(readArguments(['--project', 'llm-demo'], {})).toMatchObject({
    project: 'llm-demo',
    gateway: false,
    out: 'conformance-report',
  });
  expect(readArguments([], withSlack)).toMatchObject({ project: undefined });
  expect(readArguments(['--help'], {})).toBe('help');
});

test.each([
  ['the word', 'llm-demo\n', true],
  ['the word between spaces', ' llm-demo \n', true],
  ['another word', 'yes\n', false],
  ['an empty line', '\n', false],
  ['nothing', '', false],
])('%s is checked as a confirmation', async (_answer, typed, expected) => {
  const input = new PassThrough();
  const output = new PassThrough();
  input.end(typed);
  expect(await confirm('Type the project ID: ', 'llm-demo', { input, output })).toBe(expected);
  output.end();
  expect(await text(output)).toBe('Type the project ID: ');
});
