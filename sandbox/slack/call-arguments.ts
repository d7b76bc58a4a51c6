// Arguments of a Web API call: urlencoded with JSON strings, or JSON.
import { Refusal, invalidArguments } from './refusal.ts';

export class CallArguments {
  readonly #values: Readonly<Record<string, unknown>>;

  constructor(values: Readonly<Record<string, unknown>>) {
    this.#values = values;
  }

  all(): Readonly<Record<string, unknown>> {
    return this.#values;
  }

  has(name: string): boolean {
    const value = this.#values[name];
    return value !== undefined && value !== null && value !== '';
  }

  text(name: string): string | undefined {
    const value = this.#values[name];
    if (value === undefined || value === null) return undefined;
    return typeof value === 'string' ? value : JSON.stringify(value);
  }

  /** @throws Refusal invalid_arguments when it is missing */
  required(name: string): string {
    const value = this.text(name);
    if (value === undefined || value === '') {
      throw invalidArguments(`missing required field: ${name}`);
    }
    return value;
  }

  flag(name: string): boolean {
    return ['true', '1'].includes(this.text(name) ?? '');
  }

  number(name: string, otherwise: number): number {
    const value = Number(this.text(name) ?? otherwise);
    return Number.isFinite(value) ? value : otherwise;
  }

  /** A structured argument, decoded. @throws Refusal with `code` when it is not JSON */
  json(name: string, code = 'invalid_arguments'): unknown {
    const value = this.#values[name];
    if (typeof value !== 'string') return value ?? undefined;
    if (value === '') return undefined;
    try {
      return JSON.parse(value);
    } catch {
      throw new Refusal(code);
    }
  }
}

/** Decodes a request body by its content type. */
export function decodeBody(contentType: string, body: string): Record<string, unknown> {
  if (contentType.includes('json')) {
    // Slack's SDK for Python sends the type with an empty body for a method without arguments.
    if (body.trim() === '') return {};
    try {
      const decoded: unknown = JSON.parse(body);
      if (typeof decoded === 'object' && decoded !== null) return { ...decoded };
    } catch {
      throw new Refusal('invalid_json');
    }
    throw new Refusal('json_not_object');
  }
  return Object.fromEntries(new URLSearchParams(body));
}
