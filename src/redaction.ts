// Secrets by value: every configured secret and issued key is registered, and whatever leaves is scanned for it.

export interface Redactor {
  /** Registers a secret; values shorter than 8 characters are ignored, as they would hide ordinary words. */
  register(secret: string): void;
  /** The text with every registered secret replaced by `•••` and its last four characters. */
  text(text: string): string;
  /** How long an end of the text may be the beginning of a secret, which more text would complete. */
  unsettled(text: string): number;
  /** A deep copy with every string redacted. */
  json<T>(value: T): T;
}

export function createRedactor(initial: readonly string[] = []): Redactor {
  const secrets = new Set<string>();
  const register = (secret: string): void => {
    if (secret.length >= 8) secrets.add(secret);
  };
  const text = (value: string): string => {
    let safe = value;
    for (const secret of secrets) {
      if (safe.includes(secret)) safe = safe.replaceAll(secret, mask(secret));
    }
    return safe;
  };
  const unsettled = (value: string): number => {
    let longest = 0;
    for (const secret of secrets) {
      for (let length = Math.min(secret.length - 1, value.length); length > longest; length -= 1) {
        if (value.endsWith(secret.slice(0, length))) longest = length;
      }
    }
    return longest;
  };
  const json = <T>(value: T): T => redactJson(value, text) as T;
  for (const secret of initial) register(secret);
  return { register, text, unsettled, json };
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
