// Error of a person's action, with the Slack client's own message.

export class HumanRefusal extends Error {
  readonly code: string;
  readonly status: number;
  readonly fields: Readonly<Record<string, unknown>>;

  constructor(
    code: string,
    message: string,
    fields: Readonly<Record<string, unknown>> = {},
    status = 400,
  ) {
    super(message);
    this.code = code;
    this.status = status;
    this.fields = fields;
  }
}
