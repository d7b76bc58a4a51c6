// A person cannot do that: what the Slack client itself would have said, for the page, the CLI and the tests.

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
