// The audit trail, read and exported.
import { audit } from './command.ts';

export const auditing = { commands: [audit] };
