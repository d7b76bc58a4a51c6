// Help: every command in a line.
import { helpCommand } from './command.ts';

export const help = { commands: [helpCommand] };
