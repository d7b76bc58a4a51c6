// Commands with their gateway, each in its own grammar. Pure.

/** Commands that take `--gateway`, and their other forms for it. */
const aboutGateways: Readonly<Record<string, 'word' | 'option' | 'first'>> = {
  status: 'word',
  plan: 'word',
  provision: 'word',
  doctor: 'word',
  teardown: 'word',
  key: 'option',
  quota: 'option',
  // The text after its options is the prompt.
  ask: 'first',
};

/** `/llmgw status staging`: the first word may be the gateway. */
export const namesByWord = (command: string): boolean =>
  Object.hasOwn(aboutGateways, command) && aboutGateways[command] === 'word';

/** @param command as typed after the slash word: `key`. */
export function commandFor(command: string, gateway: string): string {
  const [name = '', ...rest] = command.split(' ');
  const how = Object.hasOwn(aboutGateways, name) ? aboutGateways[name] : undefined;
  const isNamed = rest.includes('--gateway') || (how === 'word' && rest[0] === gateway);
  if (gateway === 'default' || how === undefined || isNamed) return command;
  const option = `--gateway ${gateway}`;
  return how === 'first' ? [name, option, ...rest].join(' ') : `${command} ${option}`;
}
