// Parser of the error envelopes of Apigee and its front ends.
import { parseJson } from '../../kernel/json.ts';
import { cutText } from '../../kernel/text.ts';
import type { Refusal } from '../shared/obstacle.ts';

export interface ErrorEnvelope extends Refusal {
  readonly reason: string;
  /** ErrorInfo's `metadata.consumer`: the project that the call counts against. */
  readonly consumer?: string;
}

const longestText = 1000;
/** Google nests `error.details[].violations[]`; deeper levels hold nothing relevant. */
const deepest = 6;

/** Fields that hold text for people. */
const texts = new Set([
  'message',
  'error_message',
  'errormessage',
  'faultstring',
  'error_description',
  'description',
  'detail',
  'title',
  'msg',
]);
/** Fields that hold other envelopes; as a string they are text. */
const containers = new Set([
  'error',
  'errors',
  'fault',
  'details',
  'detail',
  'violations',
  'cause',
]);
/** Fields that hold a machine-readable cause. */
const reasons = new Set(['reason', 'errorcode']);

interface Found {
  readonly messages: string[];
  status: string;
  reason: string;
  consumer?: string;
}

/**
 * Reads Google's `{"error": {…}}` (also in an array), the runtime's `{"fault": {"faultstring", "detail"}}`,
 * the older API's `{"code", "message"}`, `{"error": "text"}`, and plain text.
 */
export function readEnvelope(body: string): ErrorEnvelope {
  const found: Found = { messages: [], status: '', reason: '' };
  const parsed = parseJson(body);
  if (parsed === undefined) found.messages.push(plainText(body));
  else collect(parsed, found, 0);
  const said = [...new Set(found.messages.map((text) => text.trim()))].filter(
    (text) => text !== '',
  );
  return {
    message: cutText(said.join('; '), longestText),
    status: found.status,
    reason: found.reason,
    ...(found.consumer === undefined ? {} : { consumer: found.consumer }),
  };
}

function collect(value: unknown, found: Found, depth: number): void {
  if (depth > deepest) return;
  if (typeof value === 'string') return void found.messages.push(value);
  if (Array.isArray(value)) {
    for (const one of value) if (typeof one === 'object') collect(one, found, depth + 1);
    return;
  }
  if (typeof value !== 'object' || value === null) return;
  for (const [name, field] of Object.entries(value)) {
    const key = name.toLowerCase();
    if (containers.has(key)) collect(field, found, depth + 1);
    else if (key === 'metadata') readConsumer(field, found);
    else if (typeof field === 'string') readText(key, field, found);
  }
}

function readConsumer(metadata: unknown, found: Found): void {
  if (typeof metadata !== 'object' || metadata === null || !('consumer' in metadata)) return;
  if (typeof metadata.consumer === 'string') found.consumer ??= metadata.consumer;
}

function readText(key: string, text: string, found: Found): void {
  if (texts.has(key)) found.messages.push(text);
  else if (reasons.has(key)) found.reason ||= text;
  else if (key === 'status' && /^[A-Z_]+$/.test(text)) found.status ||= text;
  else if (key === 'code' && /[a-z]/i.test(text)) {
    // The older API's own code, or a canonical one.
    if (/^[A-Z_]+$/.test(text)) found.status ||= text;
    else found.reason ||= text;
  }
}

/** Text of a front end; an HTML page is useless to people. */
const plainText = (body: string): string =>
  /^\s*[<{[]/.test(body) ? '' : cutText(body.trim().replaceAll(/\s+/g, ' '), 300);
