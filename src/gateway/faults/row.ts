// The type of a fault table row, and the shared next actions.
import type { ExplainedFault, NextAction } from './explained.ts';
import type { Guidance } from '../../kernel/guidance.ts';
import type { Circumstances, ObservedFault } from './observed-fault.ts';
import { shorten } from '../../kernel/text.ts';

export interface FaultCopy extends Pick<
  ExplainedFault,
  'title' | 'meaning' | 'actions' | 'retryAfterMs'
> {
  readonly next: Guidance;
}

export interface FaultRow {
  /** snake_case; metrics, tests and tickets name a fault by it. */
  readonly id: string;
  /** By body first, status second; the first row that recognises it wins. */
  recognise(seen: ObservedFault): boolean;
  words(seen: ObservedFault, circumstances: Circumstances): FaultCopy;
}

const command = (label: string, typed: string) => ({
  kind: 'command' as const,
  label,
  command: typed,
});
export const status = command('Show status', 'status');
export const issueKey = command('Get a key', 'key');
export const listKeys = command('Show my keys', 'key list');
/** For everyone else, the command replies that it needs an operator. */
export const doctor = command('Diagnose (operators)', 'doctor');
export const again: NextAction = { kind: 'again' };
export const edit = (label: string): NextAction => ({ kind: 'edit', label });
export const scheduledAsk = (
  label: string,
  afterMs: number,
  { now }: Circumstances,
): NextAction => ({
  kind: 'later',
  label,
  at: now + afterMs,
});

/** Maximum time that Apigee's runtime caches keys. */
export const propagationMs = 3 * 60_000;
export const propagation = 'Changes take effect within 3 minutes.';
export const afterChange = (circumstances: Circumstances): NextAction =>
  scheduledAsk('Retry in 3 min', propagationMs, circumstances);

/** Longest quote of another server: a Slack message has room for little more. */
const quotedChars = 600;
/** Redacted before the cut, so that no half of a secret remains. */
export const quoted = (words: string, { redact }: Circumstances): string =>
  shorten(redact(words), quotedChars);
