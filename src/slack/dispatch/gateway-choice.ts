// Gateway of a command: the named one, else the only one.
import { guidance, slashCommand } from '../../kernel/guidance.ts';
import type { GatewayConfig } from '../../kernel/config.ts';
import { namesByWord } from '../../kernel/named-commands.ts';
import { fail, type LlmgwError } from '../../kernel/errors.ts';
import { nearest, type TypedCommand, type ValueOption } from './parse-command.ts';
import { typedWord } from '../../kernel/text.ts';

/** For every command with a gateway. */
export const gatewayOption: ValueOption = {
  kind: 'value',
  placeholder: 'NAME',
  help: 'the gateway, if there are several',
  pattern: /\S+/,
};

export interface KnownGateways {
  readonly gateways: Readonly<Record<string, GatewayConfig>>;
}

/**
 * @param how `named`: with several gateways, the command must name one, as it changes it; else `default` is used.
 * @throws invalid/unknown_gateway, invalid/which_gateway.
 */
export function chosenGateway(
  { gateways }: KnownGateways,
  { name: command, options, words }: Pick<TypedCommand, 'name' | 'options' | 'words'>,
  how: 'named' | 'default',
): GatewayConfig {
  const given = options['gateway'] ?? words[0];
  if (typeof given === 'string') return gatewayNamed({ gateways }, given);
  const [first, ...others] = Object.values(gateways);
  if (first !== undefined && (others.length === 0 || how === 'default')) {
    return gateways['default'] ?? first;
  }
  throw fail('invalid', 'which_gateway', `Several gateways are configured: ${listed(gateways)}.`, {
    next: namesByWord(command)
      ? guidance`Name one, for example ${slashCommand(`${command} ${first?.name ?? 'default'}`)}.`
      : `Name one: add \`--gateway ${first?.name ?? 'default'}\`.`,
  });
}

/** The gateway that a command names, if it exists: for the next action of a refusal. */
export function typedGateway(
  { gateways }: KnownGateways,
  { name, options, words }: Pick<TypedCommand, 'name' | 'options' | 'words'>,
): string | undefined {
  const given = options['gateway'] ?? (namesByWord(name) ? words[0] : undefined);
  const known = typeof given === 'string' ? given.toLowerCase() : '';
  return Object.hasOwn(gateways, known) ? known : undefined;
}

/** @throws invalid/unknown_gateway, with a suggestion. */
export function gatewayNamed({ gateways }: KnownGateways, given: string): GatewayConfig {
  const name = given.toLowerCase();
  const known = Object.hasOwn(gateways, name) ? gateways[name] : undefined;
  if (known === undefined) throw unknownGateway(gateways, given);
  return known;
}

function unknownGateway(gateways: KnownGateways['gateways'], given: string): LlmgwError {
  const meant = nearest(given.toLowerCase(), Object.keys(gateways));
  return fail('invalid', 'unknown_gateway', `Unknown gateway ${typedWord(given)}.`, {
    next:
      meant === undefined
        ? `Available gateways: ${listed(gateways)}.`
        : `Did you mean \`${meant}\`? Available gateways: ${listed(gateways)}.`,
  });
}

function listed(gateways: KnownGateways['gateways']): string {
  return Object.keys(gateways)
    .map((name) => `\`${name}\``)
    .join(', ');
}
