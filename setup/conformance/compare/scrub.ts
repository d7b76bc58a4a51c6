// Replacement of secrets, keys, e-mails and ids by stable placeholders.
import type { Json } from '../../../src/kernel/errors.ts';
import {
  droppedFields,
  isFixedValue,
  isPlaceholder,
  isSecretField,
  isSentenceField,
  mapFields,
} from './fields.ts';

export interface Scrubber {
  /** Registers a value that must never be written, under its placeholder's kind. */
  hide(value: string, kind: string): void;
  /** Registers a name that llmgw chose, which may stay readable. */
  keep(name: string): void;
  text(text: string): string;
  json(value: Json): Json;
}

/** In this order: an e-mail holds a host name, a token may hold digits. */
const patterns: readonly (readonly [kind: string, pattern: RegExp])[] = [
  ['certificate', /-----BEGIN [A-Z ]+-----[\s\S]*?(-----END [A-Z ]+-----|$)/g],
  ['token', /\beyJ[\w-]{8,}(\.[\w-]+){1,2}/g],
  ['token', /\b(ya29\.|AIza|xox[a-z]-|xox[a-z]\.|xapp-|hf_|ghp_|glpat-|sk-)[\w.-]{6,}/g],
  ['token', /(?<=\b(Bearer|Basic) )[\w.~+/=-]{8,}/g],
  ['service-account', /[\w.+-]+@[\w.-]*gserviceaccount\.com/g],
  ['email', /[\w.+%-]+@[\w-]+(\.[\w-]+)+/g],
  ['uuid', /\b[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}\b/gi],
  ['operation', /\boperation-[\w-]{8,}/g],
  ['time', /\b\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)?/g],
  ['ip', /\b(\d{1,3}\.){3}\d{1,3}\b(?!\.\d)/g],
  ['ip', /\b([0-9a-f]{1,4}:){3,7}[0-9a-f]{1,4}\b/gi],
  ['ts', /\b\d{10}\.\d{6}\b/g],
  ['slack-id', /\b[UWCGDTBAEFS](?=[A-Z]*\d)[A-Z0-9]{6,}\b/g],
  ['number', /\b\d{9,}\b/g],
  // Names are in lower case; random values are not, or have no hyphens.
  ['opaque', /(?=[\w-]*[a-z])(?=[\w-]*[A-Z])(?=[\w-]*\d)[\w-]{32,}/g],
  ['opaque', /(?=[\w+/]*[a-z])(?=[\w+/]*[A-Z])(?=[\w+/]*\d)[\w+/]{40,}={0,2}/g],
  ['opaque', /\b(?=[a-z]*\d)(?=\d*[a-z])[a-z0-9]{24,}\b/g],
];

export function createScrubber(): Scrubber {
  const hidden = new Map<string, string>();
  const kept = new Set<string>();
  const placeholders = new Map<string, string>();
  const counts = new Map<string, number>();
  const placeholder = (kind: string, value: string): string => {
    if (kind === 'time' || kind === 'ts') return `<${kind}>`;
    const known = placeholders.get(`${kind} ${value}`);
    if (known !== undefined) return known;
    const count = (counts.get(kind) ?? 0) + 1;
    counts.set(kind, count);
    const made = `<${kind}-${count}>`;
    placeholders.set(`${kind} ${value}`, made);
    return made;
  };
  const text = (given: string): string => {
    let safe = given;
    // The longest first: one may contain another.
    for (const [value, name] of [...hidden].toSorted(([a], [b]) => b.length - a.length)) {
      safe = safe.replaceAll(value, name);
    }
    for (const [kind, pattern] of patterns) {
      safe = safe.replaceAll(pattern, (found) => placeholder(kind, found));
    }
    return safe;
  };

  const string = (value: string, field: string): string => {
    if (value === '') return '';
    const safe = text(value);
    if (isSecretField(field)) return placeholder('secret', value);
    const isReadable =
      isPlaceholder(safe) ||
      kept.has(value) ||
      isSentenceField(field) ||
      isFixedValue(field, safe) ||
      /^\d{1,6}(\.\d+)?$/.test(safe);
    if (isReadable) return safe;
    // Hosts that Apigee's operator creates are one of the open questions.
    if (/\.svc\.google\.com$|\.nip\.io$/.test(safe)) return safe;
    return placeholder(/^https?:/.test(value) ? 'url' : 'text', value);
  };

  const value = (given: Json, field: string, isSecret: boolean): Json => {
    if (typeof given === 'string') {
      return isSecret && given !== '' ? placeholder('secret', given) : string(given, field);
    }
    if (typeof given === 'number') return Math.abs(given) < 1e9 ? given : 1e9;
    if (Array.isArray(given)) {
      return given.slice(0, maxItems).map((item) => value(item, field, isSecret));
    }
    if (typeof given !== 'object' || given === null) return given;
    const isSecretObject = isSecret || given['kind'] === 'Secret';
    return Object.fromEntries(
      Object.entries(given)
        .filter(([name]) => !droppedFields.has(name))
        .map(([name, item]) => {
          const safeName = mapFields.has(field) ? placeholder('key', name) : text(name);
          const isPart = name === 'data' || name === 'stringData';
          const hides =
            isSecretObject && (isSecret || isPart) ? true : isSecretField(name) && isPlain(item);
          return [safeName, value(item, name, hides)];
        }),
    );
  };
  return {
    hide: (secret, kind) => {
      if (secret.length >= 4) hidden.set(secret, placeholder(kind, secret));
    },
    keep: (name) => void kept.add(name),
    text,
    json: (given) => value(given, '', false),
  };
}

/** Lists may have thousands of items of one form. */
const maxItems = 20;

const isPlain = (value: Json): boolean => typeof value !== 'object' || Array.isArray(value);
