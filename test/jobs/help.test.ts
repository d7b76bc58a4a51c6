// Help tests: one line per command, examples that parse, and texts for screen readers.
import { describe, expect, test } from 'vitest';
import { handlers } from '../../jobs/index.ts';
import { parseCommand } from '../../src/slack/dispatch/parse-command.ts';
import { commandHelp, helpMessage } from '../../src/slack/dispatch/refusals.ts';
import type { Message } from '../../src/slack/messages/message.ts';
import { mrkdwn, spoken } from '../../src/slack/messages/mrkdwn.ts';

const { commands, grammars } = handlers;

const linesOf = ({ blocks }: Message): string[] =>
  blocks.flatMap((block) =>
    block.type === 'section' && block.text !== undefined ? block.text.text.split('\n') : [],
  );

describe('the list of commands', () => {
  const lines = linesOf(helpMessage(commands, 'help-1', undefined));

  test('has one line of at most 70 characters per command, in two groups', () => {
    expect(lines).toHaveLength(commands.length + 2);
    expect(lines.filter((line) => line.startsWith('*'))).toEqual(['*Everyone*', '*Operators*']);
    // Code span marks have no width in Slack.
    expect(lines.filter((line) => line.replaceAll('`', '').length > 70)).toEqual([]);
  });

  test('shows only what the reader can run', () => {
    const own = commands.filter(({ permission }) => permission === 'anyone');
    const shown = linesOf(helpMessage(own, 'help-1', undefined));
    expect(shown).toHaveLength(own.length + 1);
    expect(shown).not.toContain('*Operators*');
  });

  test('names an unknown command first', () => {
    const { text, blocks } = helpMessage(commands, 'help-1', 'fly');
    expect(spoken(text)).toMatch(/^Unknown command fly\. Commands: /);
    expect(JSON.stringify(blocks[0])).toContain('Unknown command `fly`.');
  });
});

describe.each(commands.map((command) => [command.name, command] as const))(
  'help %s',
  (name, command) => {
    const message = commandHelp(command, 'help-1');
    const shown = linesOf(message).join('\n');

    test('shows the usage, an example and every option', () => {
      expect(shown).toContain(`*Usage:* \`/llmgw ${command.usage}\``);
      expect(shown).toContain(`*Example:* \`/llmgw ${command.example}\``);
      for (const option of Object.keys(command.options)) expect(shown).toContain(`\`--${option}`);
    });

    test('has an example that parses to the command', () => {
      expect(parseCommand(command.example, grammars)).toMatchObject({
        kind: 'command',
        command: { name },
      });
    });

    test('has text for screen readers without markup', () => {
      expect(spoken(message.text)).not.toMatch(/[`*]|:[a-z_]+:/);
      expect(spoken(message.text)).not.toMatch(/\.\.|\. \.| {2}/);
    });
  },
);

test.each([
  [mrkdwn`:white_check_mark: *Ready.* Run \`/llmgw key\`.`, 'Ready. Run /llmgw key.'],
  [mrkdwn`:+1: done :no_entry:`, 'done'],
  [mrkdwn`Since 10:30:45 by <@U0BOB>: ok`, 'Since 10:30:45 by <@U0BOB>: ok'],
  [mrkdwn`<https://example.com/a|View progress>.`, 'View progress.'],
])('the spoken text of %s is %s', (text, read) => expect(spoken(text)).toBe(read));
