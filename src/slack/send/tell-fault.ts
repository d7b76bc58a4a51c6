// Report of a failed job to its requester.
import type { Fault } from '../../kernel/errors.ts';
import { commandsIn } from '../../kernel/guidance.ts';
import type { Addressee } from '../../job/addressee.ts';
import { commandButton } from '../messages/commands.ts';
import { faultMessage, faultText, kindCopy } from '../messages/fault.ts';
import type { MessageButton } from '../messages/message.ts';
import { failedModal } from '../messages/loading-modal.ts';
import type { Speaker } from './speaker.ts';

/** Shows the fault in a started answer of that job; false if there is none. */
export type FaultTeller = (
  to: Addressee,
  fault: Fault,
  buttons: readonly MessageButton[],
) => Promise<boolean>;

export async function tellFault(
  speaker: Speaker,
  ownMessage: FaultTeller,
  to: Addressee,
  fault: Fault,
): Promise<void> {
  const buttons = nextButtons(fault);
  // A started answer ends in its own message.
  if (await ownMessage(to, fault, buttons)) return;
  const message = faultMessage(fault, to.job, buttons);
  const status = kindCopy(fault.kind).status === 'refused' ? 'refused' : 'failed';
  const modal = failedModal(faultText(fault), to.job, status);
  if ((await speaker.fillModal(to, modal, 'plain')) === 'filled') return;
  await speaker.speak(to, message);
}

/** A next action that is a command for anyone becomes a button. */
function nextButtons({ next, gateway: about }: Fault): MessageButton[] {
  const found = commandsIn(next).find(({ command }) => Object.hasOwn(buttonLabels, command));
  if (found === undefined) return [];
  const { command, gateway = about } = found;
  return [commandButton(buttonLabels[command] ?? command, command, gateway)];
}

const buttonLabels: Readonly<Record<string, string>> = {
  key: 'Get a key',
  status: 'Show status',
  help: 'Help',
};
