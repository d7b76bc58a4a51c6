// The shape of one row of the fault table, and the next actions that rows share.
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
/** Others who press it are told who may. */
export const doctor = command('Run doctor (operators)', 'doctor');
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

/** How long Apigee's runtime may go by what it knew. */
export const propagationMs = 3 * 60_000;
export const propagation =
  'Apigee keeps what it knows of keys for up to three minutes, so a change may take that long to bite.';
export const afterChange = (circumstances: Circumstances): NextAction =>
  scheduledAsk('Ask again in 3 min', propagationMs, circumstances);

/** Most of another server's words in a sentence: a message of Slack's has room for little more. */
const quotedChars = 600;
/** Redacted before the cut, so that no half of a secret is left over. */
export const quoted = (words: string, { redact }: Circumstances): string =>
  shorten(redact(words), quotedChars);
