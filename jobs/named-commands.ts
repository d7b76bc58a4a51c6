// Commands in a sentence or on a button, with the gateway that they are about where that is not the default one. Pure.

const aboutGateways = 'status|key|plan|provision|doctor|teardown';
const written = new RegExp(`\`/llmgw ((?:${aboutGateways})(?: [^\`]*)?)\``, 'g');

/** A sentence whose commands, in backticks, are to be typed as they stand. */
export function withGateway(sentence: string, gateway: string): string {
  return sentence.replace(written, (_, command: string) => {
    return `\`/llmgw ${commandFor(command, gateway)}\``;
  });
}

/** @param command as it is typed after the slash word: `key`. */
export function commandFor(command: string, gateway: string): string {
  const isNamed = gateway === 'default' || command.includes(' --gateway ');
  return isNamed ? command : `${command} --gateway ${gateway}`;
}
