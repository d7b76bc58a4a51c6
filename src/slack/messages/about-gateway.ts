// Messages about one gateway: every command in their texts and on their buttons names it. Pure.
import { commandFor, withGateway } from '../../kernel/named-commands.ts';

/** @param shown a message, a modal or blocks. */
export function aboutGateway<T>(gateway: string, shown: T): T {
  return gateway === 'default' ? shown : (named(gateway, shown) as T);
}

function named(gateway: string, value: unknown): unknown {
  if (typeof value === 'string') return withGateway(value, gateway);
  if (Array.isArray(value)) return value.map((one) => named(gateway, one));
  if (typeof value !== 'object' || value === null) return value;
  const entries = Object.entries(value).map(([key, one]) => [key, named(gateway, one)] as const);
  const copy = Object.fromEntries(entries);
  const { action_id: action, value: typed } = copy;
  const isCommand = typeof action === 'string' && action.startsWith('command.');
  return isCommand && typeof typed === 'string'
    ? { ...copy, value: commandFor(typed, gateway) }
    : copy;
}
