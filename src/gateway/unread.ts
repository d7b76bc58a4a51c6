// Unread checks: outages, and faults that need a person. Pure.
import { type CheckRow, allNeeds } from '../engine/check-all.ts';
import type { Fault } from '../kernel/errors.ts';
import type { FaultCode } from '../kernel/fault-codes.ts';

/** A service is unavailable or slow: this ends without action. */
export const isPassing = ({ kind }: Fault): boolean => kind === 'transient' || kind === 'deadline';

/** Faults with the same key have one cause: an outage by name, anything else by content. */
export function troubleKey({ kind, code, message, next, details }: Fault): string {
  const away = details?.['away'];
  if (kind === 'transient' && typeof away === 'string') return `away ${away}`;
  // Its sentence names only the step.
  if (code === 'check_deadline') return code;
  return JSON.stringify([kind, code, message, next ?? null]);
}

/** Faults of a check whose resource another step has yet to create. */
const absences: ReadonlySet<FaultCode> = new Set<FaultCode>([
  'api_disabled',
  'no_address',
  'no_cluster',
  'no_gateway',
  'not_found',
]);

/** The step that must run first, for a row that was unreadable only without it. */
export function unreadForWantOf(row: CheckRow, rows: readonly CheckRow[]): CheckRow | undefined {
  const { found } = row;
  if (found.state !== 'unread' || isPassing(found.why)) return undefined;
  // Another step cannot repair a denial.
  if (found.why.next !== undefined && !absences.has(found.why.code)) return undefined;
  const needs = allNeeds(rows, row.id);
  return rows.find(
    (need) =>
      needs.includes(need.id) && need.found.state !== 'done' && need.found.state !== 'unread',
  );
}

/** True when both rows failed in the same outage. */
export function isSameOutage(row: CheckRow, other: CheckRow): boolean {
  if (row.found.state !== 'unread' || other.found.state !== 'unread') return false;
  const { why } = row.found;
  return isPassing(why) && troubleKey(why) === troubleKey(other.found.why);
}
