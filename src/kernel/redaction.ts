// Redaction of secrets: registered values, and texts that look like credentials.
import { maskPatterns, openPattern } from './secret-patterns.ts';

export interface Redactor {
  /** Registers a secret; values shorter than 8 characters are ignored, as they would hide ordinary words. */
  register(secret: string): void;
  /** The text with every registered secret, and every credential by its form, replaced by `•••` and its last four characters. */
  text(text: string): string;
  /** The same for a growing text, without an end that may be the start of a secret. */
  settled(text: string): string;
  /** A deep copy with every string redacted. */
  json<T>(value: T): T;
}

export function createRedactor(initial: readonly string[] = []): Redactor {
  const secrets = new Set<string>();
  const byFirst = new Map<string, readonly string[]>();
  let longest = 0;
  const register = (secret: string): void => {
    add(secret);
    // mrkdwn escapes its marks.
    add(secret.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;'));
  };
  const add = (secret: string): void => {
    if (secret.length < 8 || secrets.has(secret)) return;
    secrets.add(secret);
    longest = Math.max(longest, secret.length);
    const first = secret.charAt(0);
    byFirst.set(first, [...(byFirst.get(first) ?? []), secret]);
  };
  const text = (value: string): string => {
    let safe = value;
    for (const secret of secrets) {
      if (safe.includes(secret)) safe = safe.replaceAll(secret, mask(secret));
    }
    return maskPatterns(safe, mask);
  };
  const settled = (value: string): string => {
    const safe = text(value.slice(0, value.length - openPattern(value)));
    for (let at = Math.max(0, safe.length - longest + 1); at < safe.length; at += 1) {
      const end = safe.slice(at);
      const candidates = byFirst.get(end.charAt(0)) ?? [];
      // A complete secret was masked before.
      if (candidates.some((one) => one.length > end.length && one.startsWith(end))) {
        return safe.slice(0, at);
      }
    }
    return safe;
  };
  const json = <T>(value: T): T => redactJson(value, text) as T;
  for (const secret of initial) register(secret);
  return { register, text, settled, json };
}

/** `•••` and the last four characters: enough to recognise a key, too little to use it. */
export function mask(secret: string): string {
  return `•••${secret.slice(-4)}`;
}

function redactJson(value: unknown, text: (value: string) => string): unknown {
  if (typeof value === 'string') return text(value);
  if (Array.isArray(value)) return value.map((item) => redactJson(item, text));
  if (typeof value === 'object' && value !== null) {
    return Object.fromEntries(
      Object.entries(value).map(([key, item]) => [text(key), redactJson(item, text)]),
    );
  }
  return value;
}
