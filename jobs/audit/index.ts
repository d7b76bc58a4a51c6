// Audit capability.
import { audit } from './command.ts';

export const auditing = { commands: [audit] };
