// The commands, one a line.
import type { CommandForms } from '../src/slack/dispatch/parse-command.ts';
import { ask } from './ask/command.ts';
import { audit } from './audit/command.ts';
import { cancel } from './runs/cancel-command.ts';
import type { Command } from '../src/slack/dispatch/command.ts';
import { doctor } from './health/doctor/command.ts';
import { helpCommand } from './help/command.ts';
import { jobs } from './runs/jobs-command.ts';
import { key } from './keys/command.ts';
import { notify } from './health/watch/command.ts';
import { plan } from './provision/plan-command.ts';
import { provision } from './provision/command.ts';
import { quota } from './quota/command.ts';
import { retry } from './runs/retry-command.ts';
import { status } from './health/status/command.ts';
import { teardown } from './teardown/command.ts';

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
