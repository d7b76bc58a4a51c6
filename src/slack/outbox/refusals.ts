// Refused starts and commands of runs, sent through the outbox to the requester.
import { type EngineCommand, commandId } from '../../engine/commands.ts';
import type { RunListener } from '../../engine/worker-options.ts';
import type { Fault } from '../../kernel/errors.ts';
import type { Outbox } from './outbox.ts';

export function refusalListener(outbox: Outbox): RunListener {
  const refuse = (command: EngineCommand, fault: Fault): Promise<void> => {
    const { by, runId } = command.op === 'start' ? command.request : command;
    const id = `refused-${commandId(command)}`.toLowerCase().replaceAll(/[^a-z0-9-]/g, '-');
    return outbox.put(id, { tellings: [{ what: 'refuse', args: [by, fault, runId] }] });
  };
  return {
    wants: () => false,
    onStartRefused: (request, fault) => refuse({ op: 'start', request }, fault),
    onCommandRefused: refuse,
  };
}
