// The shape of one row of the fault table.
import type { ExplainedFault } from '../ask/answer.ts';
import type { Circumstances, Seen } from './seen.ts';

export type Words = Pick<ExplainedFault, 'title' | 'meaning' | 'next' | 'action' | 'retryAfterMs'>;

export interface FaultRow {
  /** snake_case; metrics, tests and tickets name a fault by it. */
  readonly id: string;
  /** By body first, status second; the first row that recognises it wins. */
  recognise(seen: Seen): boolean;
  words(seen: Seen, circumstances: Circumstances): Words;
}

export const status = { label: 'Show status', command: 'status' } as const;
export const key = { label: 'Get a key', command: 'key' } as const;

export const propagation =
  'Apigee keeps what it knows of keys for up to three minutes, so a change may take that long to bite.';
