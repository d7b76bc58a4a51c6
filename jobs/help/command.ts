// `help [command]`: the list of commands, or one in detail.
import { jobId } from '../../src/slack/dispatch/job-id.ts';
import { commandHelp, helpMessage } from '../../src/slack/dispatch/refusals.ts';
import type { Command } from '../../src/slack/dispatch/command.ts';

export const helpCommand: Command = {
  name: 'help',
  summary: 'List commands, or show one in detail',
  example: 'help key',
  usage: 'help [COMMAND]',
  help: 'Without a name, lists the commands that you can run. With one, shows its options and an example.',
  permission: 'anyone',
  isPublic: false,
  hasEffect: false,
  options: {},
  argument: { kind: 'words', max: 1 },
  run: async (call, ctx) => {
    const job = jobId('help', call.delivery);
    const { allowed } = await ctx.permissions.may('operator', call.by);
    const usable = ctx.handlers.commands.filter(
      (command) => command.permission === 'anyone' || allowed,
    );
    const desired = call.typed.words[0]?.toLowerCase().replace(/^\/?llmgw$/, '');
    const command = ctx.handlers.commands.find(({ name }) => name === desired);
    return {
      message:
        command === undefined ? helpMessage(usable, job, desired) : commandHelp(command, job),
    };
  },
};
