// Help capability.
import { helpCommand } from './command.ts';

export const help = { commands: [helpCommand] };
