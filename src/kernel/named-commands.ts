// Commands in sentences and on buttons, with the gateway that they are about. Pure.
import type { Fault } from './errors.ts';

/** Commands that take `--gateway`, and the way in which they may name it otherwise. */
const aboutGateways: Readonly<Record<string, 'word' | 'option' | 'first'>> = {
  status: 'word',
  plan: 'word',
  provision: 'word',
  doctor: 'word',
  teardown: 'word',
  key: 'option',
  quota: 'option',
  // What stands behind its options is the prompt.
  ask: 'first',
};

/** `/llmgw status staging`: the first word may be the gateway. */
export const namesByWord = (command: string): boolean =>
  Object.hasOwn(aboutGateways, command) && aboutGateways[command] === 'word';

const written = /`\/llmgw ([^`]+)`/g;

/** A sentence whose commands, in backticks, are to be typed as they stand. */
export function withGateway(sentence: string, gateway: string): string {
  return sentence.replace(written, (_, command: string) => {
    return `\`/llmgw ${commandFor(command, gateway)}\``;
  });
}

/** @param command as it is typed after the slash word: `key`. */
export function commandFor(command: string, gateway: string): string {
  const [name = '', ...rest] = command.split(' ');
  const how = Object.hasOwn(aboutGateways, name) ? aboutGateways[name] : undefined;
  const isNamed = rest.includes('--gateway') || (how === 'word' && rest[0] === gateway);
  if (gateway === 'default' || how === undefined || isNamed) return command;
  const option = `--gateway ${gateway}`;
  return how === 'first' ? [name, option, ...rest].join(' ') : `${command} ${option}`;
}

/** A fault of one gateway: its next action names it. */
export function faultAbout(fault: Fault, gateway: string | undefined): Fault {
  if (gateway === undefined || gateway === 'default') return fault;
  return {
    ...fault,
    ...(fault.next === undefined ? {} : { next: withGateway(fault.next, gateway) }),
    // For the next action that a view adds.
    details: { ...fault.details, gateway },
  };
}
