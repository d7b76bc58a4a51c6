// Readers of a request's JSON fields, with type checks like Google's front end.
import { invalidArgument } from './api-error.ts';

type Body = Readonly<Record<string, unknown>>;

/** A string field; '' when absent. Accepts numbers, as Google does for int64 fields. */
export function textOf(body: Body, field: string): string {
  const value = body[field];
  if (value === undefined || value === null) return '';
  if (typeof value === 'string') return value;
  if (typeof value === 'number') return String(value);
  throw wrongType(field, value);
}

/** A repeated string field; [] when absent. */
export function textsOf(body: Body, field: string): string[] {
  return listOf(body, field).map((value) => {
    if (typeof value !== 'string') throw wrongType(field, value);
    return value;
  });
}

/** A repeated message field; [] when absent. */
export function recordsOf(body: Body, field: string): Body[] {
  return listOf(body, field).map((value) => asRecord(field, value));
}

/** A message field; {} when absent. */
export function recordOf(body: Body, field: string): Body {
  const value = body[field];
  return value === undefined || value === null ? {} : asRecord(field, value);
}

function listOf(body: Body, field: string): unknown[] {
  const value = body[field];
  if (value === undefined || value === null) return [];
  if (!Array.isArray(value)) throw wrongType(field, value);
  return value;
}

function asRecord(field: string, value: unknown): Body {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw wrongType(field, value);
  }
  return value as Body;
}

function wrongType(field: string, value: unknown): Error {
  return invalidArgument(
    `Invalid JSON payload received. Unknown value at '${field}': ${JSON.stringify(value)}`,
  );
}
