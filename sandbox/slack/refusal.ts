// Slack's `ok: false` answer as an error: its code and further fields.

export class Refusal extends Error {
  readonly code: string;
  readonly fields: Readonly<Record<string, unknown>>;

  constructor(code: string, fields: Readonly<Record<string, unknown>> = {}) {
    super(code);
    this.code = code;
    this.fields = fields;
  }
}

/** A missing or malformed argument, with Slack's messages. */
export function invalidArguments(...messages: string[]): Refusal {
  return new Refusal('invalid_arguments', {
    response_metadata: { messages: messages.map((each) => `[ERROR] ${each}`) },
  });
}
