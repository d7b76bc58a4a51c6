// The commands, one a line.
import type { CommandForms } from '../parse-command.ts';
import { ask } from './ask.ts';
import { audit } from './audit.ts';
import { cancel } from './cancel.ts';
import type { Command } from './command.ts';
import { doctor } from './doctor.ts';
import { helpCommand } from './help.ts';
import { jobs } from './jobs.ts';
import { key } from './key.ts';
import { notify } from './notify.ts';
import { plan } from './plan.ts';
import { provision } from './provision.ts';
import { quota } from './quota.ts';
import { retry } from './retry.ts';
import { status } from './status.ts';
import { teardown } from './teardown.ts';

export const commandTable: readonly Command[] = [
  helpCommand(() => commandTable),
  status,
  key,
  ask,
  quota,
  jobs,
  doctor,
  plan,
  provision,
  teardown,
  cancel,
  retry,
  notify,
  audit,
];

export const commandForms: CommandForms = new Map(
  commandTable.map((command) => [command.name, command]),
);
