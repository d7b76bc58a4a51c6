// Errors of the API server: a Status object with reason, code and causes.

export interface StatusCause {
  readonly reason: string;
  readonly message: string;
  readonly field?: string;
}

export interface StatusDetails {
  name?: string;
  group?: string;
  kind?: string;
  uid?: string;
  causes?: readonly StatusCause[];
  retryAfterSeconds?: number;
}

/** Thrown during a request; the server writes it as a `Status` body with `code`. */
export class StatusError extends Error {
  readonly code: number;
  readonly reason: string;
  readonly details: StatusDetails | undefined;
  /** Continuation of a list after its token expired. */
  readonly metadata: object;

  constructor(
    code: number,
    reason: string,
    message: string,
    details?: StatusDetails,
    metadata: object = {},
  ) {
    super(message);
    this.name = 'StatusError';
    this.code = code;
    this.reason = reason;
    this.details = details;
    this.metadata = metadata;
  }

  body(): object {
    return {
      kind: 'Status',
      apiVersion: 'v1',
      metadata: this.metadata,
      status: 'Failure',
      message: this.message,
      ...(this.reason === '' ? {} : { reason: this.reason }),
      ...(this.details === undefined ? {} : { details: this.details }),
      code: this.code,
    };
  }
}

interface Named {
  readonly group: string;
  readonly plural: string;
  readonly kind: string;
}

const qualified = (word: string, group: string): string =>
  group === '' ? word : `${word}.${group}`;

const groupOf = (group: string): { group?: string } => (group === '' ? {} : { group });

export function notFound(resource: Named, name: string): StatusError {
  return new StatusError(
    404,
    'NotFound',
    `${qualified(resource.plural, resource.group)} "${name}" not found`,
    { name, ...groupOf(resource.group), kind: resource.plural },
  );
}

export function noSuchPath(): StatusError {
  return new StatusError(404, 'NotFound', 'the server could not find the requested resource', {});
}

export function alreadyExists(resource: Named, name: string): StatusError {
  return new StatusError(
    409,
    'AlreadyExists',
    `${qualified(resource.plural, resource.group)} "${name}" already exists`,
    { name, ...groupOf(resource.group), kind: resource.plural },
  );
}

export function conflict(resource: Named, name: string, why: string): StatusError {
  return new StatusError(
    409,
    'Conflict',
    `Operation cannot be fulfilled on ${qualified(resource.plural, resource.group)} "${name}": ${why}`,
    { name, ...groupOf(resource.group), kind: resource.plural },
  );
}

export function badRequest(message: string): StatusError {
  return new StatusError(400, 'BadRequest', message);
}

export function forbidden(
  resource: Named,
  name: string,
  why: string,
  causes: readonly StatusCause[] = [],
): StatusError {
  return new StatusError(
    403,
    'Forbidden',
    `${qualified(resource.plural, resource.group)} "${name}" is forbidden: ${why}`,
    {
      name,
      ...groupOf(resource.group),
      kind: resource.plural,
      ...(causes.length ? { causes } : {}),
    },
  );
}

/** 422: the causes are `field: message` sentences, joined as the real server joins them. */
export function invalid(
  resource: Named,
  name: string,
  causes: readonly StatusCause[],
): StatusError {
  const sentences = causes.map((cause) => `${cause.field ?? ''}: ${cause.message}`);
  const text = sentences.length === 1 ? sentences[0] : `[${sentences.join(', ')}]`;
  return new StatusError(
    422,
    'Invalid',
    `${qualified(resource.kind, resource.group)} "${name}" is invalid: ${text}`,
    { name, ...groupOf(resource.group), kind: resource.kind, causes },
  );
}

export const required = (field: string, more = ''): StatusCause => ({
  reason: 'FieldValueRequired',
  message: more === '' ? 'Required value' : `Required value: ${more}`,
  field,
});

export const invalidValue = (field: string, value: unknown, why: string): StatusCause => ({
  reason: 'FieldValueInvalid',
  message: `Invalid value: ${JSON.stringify(value)}: ${why}`,
  field,
});
