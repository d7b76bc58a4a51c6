// Errors in JSON bodies, in the formats of model servers and their proxies. Pure.

export interface BodyError {
  /** The server's own class of error, e.g. `NotFoundError`; empty if it names none. */
  readonly type: string;
  readonly message: string;
  /** E.g. `context_length_exceeded`; a number is the HTTP status. */
  readonly code?: string;
  /** The parameter of the request that is at fault: OpenAI's and vLLM's `param`. */
  readonly parameter?: string;
}

export const missingReason = 'no reason was given';

type Fields = Readonly<Record<string, unknown>>;

/**
 * vLLM and OpenAI (`error.message`; flat with `object: "error"`), SGLang (both at once), TGI and Ollama (`error` as a
 * text), FastAPI (`detail`, a text or a list), OpenRouter (`error` inside a choice), proxies (`message` alone).
 */
export function errorIn(json: unknown): BodyError | undefined {
  if (Array.isArray(json)) return firstOf(json, errorIn);
  if (!isFields(json)) return undefined;
  const own = firstOf(
    [json['error'], json['errors'], json['fault'], ...choiceErrors(json)],
    (value) => (isSaid(value) ? value : undefined),
  );
  if (own !== undefined) {
    const message = wordsIn(own) ?? wordsIn(withoutErrors(json)) ?? missingReason;
    return { type: typeIn(own) ?? typeIn(json) ?? '', message, ...namesIn(own, json) };
  }
  if (hasChoices(json) && json['object'] !== 'error') return undefined;
  const message = wordsIn(json);
  return message === undefined
    ? undefined
    : { type: typeIn(json) ?? '', message, ...namesIn(json) };
}

/** The body has an error or Apigee's fault; one that is null, false or empty does not count. */
export const hasError = (json: unknown): boolean =>
  isFields(json) &&
  (isSaid(json['error']) ||
    isSaid(json['errors']) ||
    isSaid(json['fault']) ||
    json['object'] === 'error' ||
    choiceErrors(json).some(isSaid));

/** Not empty: not null, false, 0, an empty text, nor a collection of only these. */
function isSaid(value: unknown): boolean {
  if (Array.isArray(value)) return value.some(isSaid);
  if (isFields(value)) return Object.values(value).some(isSaid);
  return typeof value === 'string' ? value.trim() !== '' : Boolean(value);
}

const wordKeys = [
  'message',
  'detail',
  'msg',
  'error_message',
  'error_description',
  'faultstring',
  'description',
  'reason',
  'text',
  'title',
];

function wordsIn(value: unknown): string | undefined {
  if (typeof value === 'string') return value.trim() === '' ? undefined : value.trim();
  if (Array.isArray(value)) {
    const words = value.flatMap((one) => wordsIn(one) ?? []);
    return words.length === 0 ? undefined : words.join('; ');
  }
  if (!isFields(value)) return undefined;
  const words = firstOf([...wordKeys, 'error', 'errors'], (key) => wordsIn(value[key]));
  const place = value['loc'];
  return words !== undefined && Array.isArray(place) ? `${place.join('.')}: ${words}` : words;
}

const typeIn = (value: unknown): string | undefined =>
  isFields(value)
    ? firstOf(['type', 'error_type', 'status'], (key) =>
        typeof value[key] === 'string' ? value[key] : undefined,
      )
    : undefined;

function namesIn(...places: readonly unknown[]): Pick<BodyError, 'code' | 'parameter'> {
  const text = (key: string): string | undefined =>
    firstOf(places, (place) => {
      const value = isFields(place) ? place[key] : undefined;
      return typeof value === 'string' && value !== '' ? value : undefined;
    });
  const [code, parameter] = [text('code'), text('param')];
  return {
    ...(code === undefined ? {} : { code }),
    ...(parameter === undefined ? {} : { parameter }),
  };
}

/** Of the first choice: the others are no part of the answer. */
function choiceErrors(json: Fields): readonly unknown[] {
  const choices: unknown = json['choices'];
  if (!Array.isArray(choices)) return [];
  return choices.flatMap((one: unknown) =>
    isFields(one) && Number(one['index'] ?? 0) === 0 ? [one['error']] : [],
  );
}

const hasChoices = (json: Fields): boolean =>
  Array.isArray(json['choices']) && json['choices'].length > 0;

const withoutErrors = ({ error: _error, errors: _errors, ...rest }: Fields): Fields => rest;

const isFields = (value: unknown): value is Fields =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

function firstOf<One, Found>(
  of: readonly One[],
  find: (one: One) => Found | undefined,
): Found | undefined {
  for (const one of of) {
    const found = find(one);
    if (found !== undefined) return found;
  }
  return undefined;
}
