// The fault table, and the explanation of a failed completion. Pure.
import type { CompletionFault } from '../../clients/inference/client.ts';
import type { ExplainedFault } from './explained.ts';
import { commandFor } from '../../kernel/named-commands.ts';
import { guidanceText } from '../../kernel/guidance.ts';
import { gatewayRows, networkRows } from './gateway-rows.ts';
import { keyRows } from './key-rows.ts';
import { limitRows } from './limit-rows.ts';
import { modelRows } from './model-rows.ts';
import { type FaultRow, again, doctor } from './row.ts';
import { type Circumstances, type ObservedFault, observeFault } from './observed-fault.ts';
import { cutText } from '../../kernel/text.ts';
import { unfinishedRows } from './unfinished-rows.ts';

/** In order: bodies before statuses, network errors before both; errorless answers first. */
export const faultTable: readonly FaultRow[] = [
  ...unfinishedRows,
  ...networkRows,
  ...keyRows,
  ...limitRows,
  ...modelRows,
  ...gatewayRows,
];

/** Length of the shown body of an unknown fault. */
const rawLength = 600;

export function recognise(fault: CompletionFault): string {
  return rowOf(observeFault(fault))?.id ?? 'unknown';
}

export function explain(fault: CompletionFault, circumstances: Circumstances): ExplainedFault {
  const { gateway } = circumstances;
  const seen = observeFault(fault);
  const row = rowOf(seen);
  if (row === undefined) return unknown(seen, circumstances);
  const { title, meaning, next, actions, retryAfterMs } = row.words(seen, circumstances);
  return {
    row: row.id,
    title,
    meaning: circumstances.redact(meaning),
    next: guidanceText(next, gateway),
    actions: actions.map((action) =>
      action.kind === 'command'
        ? { ...action, command: commandFor(action.command, gateway) }
        : action,
    ),
    ...(retryAfterMs === undefined ? {} : { retryAfterMs }),
    status: seen.status,
  };
}

const rowOf = (seen: ObservedFault): FaultRow | undefined =>
  faultTable.find((row) => row.recognise(seen));

function unknown(seen: ObservedFault, circumstances: Circumstances): ExplainedFault {
  return {
    row: 'unknown',
    title: 'Unknown gateway error',
    meaning: `The gateway returned ${seen.status === undefined ? 'no status' : `status ${seen.status}`}. The response is below.`,
    next: 'Retry. If it fails again, show this message to an operator.',
    actions: [again, { ...doctor, command: commandFor(doctor.command, circumstances.gateway) }],
    status: seen.status,
    // Redacted before the cut, so that no half of a secret remains.
    raw: cutText(circumstances.redact(seen.body), rawLength),
  };
}
