// Runs: commands and actions to list, cancel and retry.
import { runActions } from './actions.ts';
import { cancel } from './cancel-command.ts';
import { jobs } from './jobs-command.ts';
import { retry } from './retry-command.ts';

export const runs = {
  commands: [jobs, cancel, retry],
  actions: runActions,
};
