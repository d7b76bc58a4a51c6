// Sentences for people with typed commands, to which a gateway can be added. Pure.
import { commandFor } from './named-commands.ts';

/** A command as typed after the slash word: `key list`. */
export interface SlashCommand {
  readonly command: string;
  /** Its gateway, if only the command's position in the text defines it. */
  readonly gateway?: string;
}

/** Plain text, or text with commands in it. Plain JSON, as stored in Redis. */
export type Guidance = string | readonly (string | SlashCommand)[];

export const slashCommand = (command: string, gateway?: string): SlashCommand =>
  gateway === undefined ? { command } : { command, gateway };

/** guidance`Get one with ${slashCommand('key')}.` */
export function guidance(
  strings: readonly string[],
  ...parts: readonly (Guidance | SlashCommand | number)[]
): Guidance {
  return joinGuidance(
    strings.flatMap((text, index) => {
      const part = parts[index];
      return part === undefined ? [text] : [text, typeof part === 'number' ? String(part) : part];
    }),
  );
}

/** One after the other, with nothing between them. */
export function joinGuidance(parts: readonly (Guidance | SlashCommand)[]): Guidance {
  const joined: (string | SlashCommand)[] = [];
  for (const part of parts.flat()) {
    const last = joined.at(-1);
    if (typeof part === 'string' && typeof last === 'string') joined.splice(-1, 1, last + part);
    else if (part !== '') joined.push(part);
  }
  const [first = ''] = joined;
  return joined.length <= 1 && typeof first === 'string' ? first : joined;
}

/** The sentence with each command in backticks, in its form for that gateway. */
export function guidanceText(given: Guidance, gateway = 'default'): string {
  if (typeof given === 'string') return given;
  return given
    .map((part) =>
      typeof part === 'string'
        ? part
        : `\`/llmgw ${commandFor(part.command, part.gateway ?? gateway)}\``,
    )
    .join('');
}

/** Its commands, in order. */
export const commandsIn = (given: Guidance | undefined): SlashCommand[] =>
  typeof given === 'object' ? given.filter((part) => typeof part === 'object') : [];
