// `help [command]`: what can be typed, and how.
import { jobId } from '../../src/slack/dispatch/job-id.ts';
import { commandHelp, helpMessage } from '../../src/slack/dispatch/refusals.ts';
import type { Command } from '../../src/slack/dispatch/command.ts';

/** @param table the commands it tells of, itself among them; asked when it runs. */
export function helpCommand(table: () => readonly Command[]): Command {
  return {
    name: 'help',
    usage: 'help [COMMAND]',
    help: 'what I can do, and how to type it',
    permission: 'anyone',
    isPublic: false,
    hasEffect: false,
    options: {},
    argument: { kind: 'words', max: 1 },
    run: async (call, desk) => {
      const job = jobId('help', call.delivery);
      const { allowed } = await desk.permissions.may('operator', call.by);
      const usable = table().filter((command) => command.permission === 'anyone' || allowed);
      const wanted = call.typed.words[0]?.toLowerCase().replace(/^\/?llmgw$/, '');
      const command = table().find(({ name }) => name === wanted);
      return {
        message:
          command === undefined ? helpMessage(usable, job, wanted) : commandHelp(command, job),
      };
    },
  };
}
