// `help [command]`: what can be typed, and how.
import { jobId } from '../../src/slack/dispatch/job-id.ts';
import { commandHelp, helpMessage } from '../../src/slack/dispatch/refusals.ts';
import type { Command } from '../../src/slack/dispatch/command.ts';

export const helpCommand: Command = {
  name: 'help',
  usage: 'help [COMMAND]',
  help: 'what I can do, and how to type it',
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
