// Custom attributes, which developers, apps and products carry.
import { invalidArgument } from '../google/api-error.ts';
import { recordsOf, textOf } from '../google/read-body.ts';

export function readAttributes(
  body: Readonly<Record<string, unknown>>,
): { name: string; value: string }[] {
  const attributes = recordsOf(body, 'attributes').map((one) => ({
    name: textOf(one, 'name'),
    value: textOf(one, 'value'),
  }));
  if (attributes.length > 18) throw invalidArgument('at most 18 attributes are allowed');
  if (attributes.some(({ name }) => name === '')) {
    throw invalidArgument('attribute name is required');
  }
  return attributes;
}
