// Metrics of command replies.
import type { Metrics } from '../../kernel/metrics.ts';
import type { Reply } from '../dispatch/command.ts';

export function countReply(metrics: Metrics, command: string, { message }: Reply): void {
  const { mark } = message;
  const result = mark === undefined ? 'none' : mark.kind === 'accepted' ? 'accepted' : mark.status;
  metrics.commands.inc({ command, outcome: result });
}
