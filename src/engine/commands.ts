// Commands of people to runs, in the queue's format.
import type { RunApproval, RunRequest, Who } from './journal.ts';

/** Cancel or retry; `requestId` is the delivery's own id, the same for a repeated delivery. */
export interface RunCommand {
  readonly op: 'cancel' | 'retry';
  readonly runId: string;
  readonly by: Who;
  readonly requestId: string;
  /** Of a retry that needs an approver. */
  readonly approval?: RunApproval;
}

export type EngineCommand = { readonly op: 'start'; readonly request: RunRequest } | RunCommand;

/** `op.run[.request]`: a repeated delivery has the same id, so the queue merges it while it exists. */
export function commandId(command: EngineCommand): string {
  if (command.op === 'start') return `start.${command.request.runId}`;
  return `${command.op}.${command.runId}.${command.requestId.replaceAll(/[^\w.-]/g, '-')}`;
}
