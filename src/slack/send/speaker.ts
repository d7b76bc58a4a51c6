// Answers of jobs at their place: open modal, thread or ephemeral message.
import type { Modal } from '../messages/modal.ts';
import { setTimeout as after } from 'node:timers/promises';
import type { Log } from '../../kernel/log.ts';
import { type Addressee, seenBy } from '../../job/addressee.ts';
import { fitBlocks, limits } from '../messages/limits.ts';
import type { Message } from '../messages/message.ts';
import { messageModal } from '../messages/loading-modal.ts';
import { type Messenger, whenAdmitted } from './messenger.ts';
import { sayOnce } from './once.ts';
import { isFaultCode } from './slack-faults.ts';
import { type ModalView, type SlackMemory, lastCardOf } from './slack-memory.ts';

export interface SpeakerParts {
  readonly messenger: Messenger;
  readonly memory: SlackMemory;
  readonly log: Log;
}

/** `closed`: the modal no longer exists; `unopened`: Slack refused to open it. */
export type Filled = 'filled' | 'closed' | 'unopened';

export interface Speaker extends SpeakerParts {
  /** In the modal that the asker's action opened; else in the thread of a mention, or ephemeral. */
  answer(to: Addressee, message: Message, modal?: Modal): Promise<void>;
  /** For jobs with a single message: once, whoever sends it. */
  answerOnce(to: Addressee, message: Message, modal?: Modal): Promise<void>;
  /** The same without a modal. */
  speak(to: Addressee, message: Message): Promise<void>;
  /** Ephemeral. */
  postEphemeral(to: Addressee, message: Message): Promise<void>;
  fillModal(to: Addressee, modal: Modal, how: 'reveal' | 'plain'): Promise<Filled>;
  /** Channel of the card of the gateway's last run. */
  usualPlace(gateway: string): Promise<string | undefined>;
}

export function createSpeaker(parts: SpeakerParts): Speaker {
  const { messenger, memory, log } = parts;
  const postEphemeral = (to: Addressee, message: Message) =>
    whenAdmitted(() => messenger.postEphemeral(to, message));
  const speak = (to: Addressee, message: Message) =>
    whenAdmitted(async () => {
      if (seenBy(to) === 'asker') await messenger.postEphemeral(to, message);
      else await messenger.postOrDirect(to, message);
    });
  const answersInModal = async (to: Addressee, modal: Modal): Promise<boolean> => {
    if (to.viewId === undefined || fitBlocks(modal.blocks).length > limits.viewBlocks) return false;
    return (await fillModal(parts, to, modal, 'plain')) === 'filled';
  };
  return {
    messenger,
    memory,
    log,
    answer: async (to, message, modal = messageModal(message)) => {
      if (!(await answersInModal(to, modal))) await speak(to, message);
    },
    answerOnce: async (to, message, modal = messageModal(message)) => {
      if (await answersInModal(to, modal)) return;
      await sayOnce(memory, `answer:${to.job}`, () => speak(to, message));
    },
    speak,
    postEphemeral,
    fillModal: (to, modal, how) => fillModal(parts, to, modal, how),
    usualPlace: async (gateway) => (await memory.message(lastCardOf(gateway)))?.channel,
  };
}

async function fillModal(
  { messenger, memory, log }: SpeakerParts,
  to: Addressee,
  modal: Modal,
  how: 'reveal' | 'plain',
): Promise<Filled> {
  if (to.viewId === undefined) return 'closed';
  const view = await modalOf(memory, to.viewId);
  if (view === undefined) return 'closed';
  if (view === 'unopened') return 'unopened';
  const fill = (target: { id: string; hash?: string }): Promise<unknown> =>
    how === 'reveal'
      ? messenger.revealInModal(target, modal)
      : messenger.updateModal(target, modal);
  try {
    await fill(view);
    return 'filled';
  } catch (error) {
    if (!isFaultCode(error, 'view_gone')) throw error;
  }
  // The hash differs after an earlier try of this job has filled it: this job may still fill it.
  try {
    await fill({ id: view.id });
    return 'filled';
  } catch (error) {
    if (!isFaultCode(error, 'view_gone')) throw error;
    log.info({ job: to.job }, 'modal closed before its update');
    return 'closed';
  }
}

const modalWaitMs = 4_000;
const modalPollMs = 50;

/** The modal opens while the job already runs; Slack opens none later than three seconds after the action. */
async function modalOf(memory: SlackMemory, job: string): Promise<ModalView | undefined> {
  const until = performance.now() + modalWaitMs;
  for (;;) {
    const view = await memory.modal(job);
    if (view !== undefined || performance.now() > until) return view;
    await after(modalPollMs);
  }
}
