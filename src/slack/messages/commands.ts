// Commands in messages: as code, in guidance, and on buttons, with their gateway. Pure.
import { type Guidance, guidanceText } from '../../kernel/guidance.ts';
import { commandFor } from '../../kernel/named-commands.ts';
import type { MessageButton } from './message.ts';
import { type Mrkdwn, code, withKnownLinks } from './mrkdwn.ts';

/** @param command as typed after the slash word: `key list`. */
export const commandCode = (command: string, gateway = 'default'): Mrkdwn =>
  code(`/llmgw ${commandFor(command, gateway)}`);

export const guidanceMrkdwn = (given: Guidance, gateway?: string): Mrkdwn =>
  withKnownLinks(guidanceText(given, gateway));

/** Kind of a button's answer, in its action id: `command.NAME`, or `window.NAME` for an answer in a modal. */
export function typedBy(action: string): 'command' | 'window' | undefined {
  const [kind] = action.split('.');
  return kind === 'command' || kind === 'window' ? kind : undefined;
}

/** Runs the command for the person who clicks it. */
export function commandButton(label: string, typed: string, gateway = 'default'): MessageButton {
  const [name = ''] = typed.split(' ');
  return { label, action: `command.${name}`, value: commandFor(typed, gateway) };
}
