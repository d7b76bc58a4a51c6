// The JSON body of a request to the control routes.
import { HumanRefusal } from './human-refusal.ts';

export function json(body: unknown): unknown {
  if (typeof body !== 'string' || body === '') return {};
  try {
    return JSON.parse(body);
  } catch {
    throw new HumanRefusal('invalid_json', 'The body is no JSON.');
  }
}
