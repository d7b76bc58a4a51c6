// Answers of jobs, to the place they are owed: an open window, a thread, or the asker's eyes alone.
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

/** `closed`: there is no window of theirs, or not any more; `unopened`: Slack would not open the one they asked for. */
export type Filled = 'filled' | 'closed' | 'unopened';

export interface Speaker extends SpeakerParts {
  /** In the window that the asker's press opened; else in the thread of a mention, or to the asker's eyes. */
  answer(to: Addressee, message: Message, modal?: Modal): Promise<void>;
  /** For jobs that say one thing only: once, whoever says it. */
  answerOnce(to: Addressee, message: Message, modal?: Modal): Promise<void>;
  /** The same without a window. */
  speak(to: Addressee, message: Message): Promise<void>;
  /** To their eyes alone. */
  postEphemeral(to: Addressee, message: Message): Promise<void>;
  fillWindow(to: Addressee, modal: Modal, how: 'reveal' | 'plain'): Promise<Filled>;
  /** The channel in which the gateway's last run was shown. */
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
  const answersInWindow = async (to: Addressee, modal: Modal): Promise<boolean> => {
    if (to.viewId === undefined || fitBlocks(modal.blocks).length > limits.viewBlocks) return false;
    return (await fillWindow(parts, to, modal, 'plain')) === 'filled';
  };
  return {
    messenger,
    memory,
    log,
    answer: async (to, message, modal = messageModal(message)) => {
      if (!(await answersInWindow(to, modal))) await speak(to, message);
    },
    answerOnce: async (to, message, modal = messageModal(message)) => {
      if (await answersInWindow(to, modal)) return;
      await sayOnce(memory, `answer:${to.job}`, () => speak(to, message));
    },
    speak,
    postEphemeral,
    fillWindow: (to, modal, how) => fillWindow(parts, to, modal, how),
    usualPlace: async (gateway) => (await memory.message(lastCardOf(gateway)))?.channel,
  };
}

async function fillWindow(
  { messenger, memory, log }: SpeakerParts,
  to: Addressee,
  modal: Modal,
  how: 'reveal' | 'plain',
): Promise<Filled> {
  if (to.viewId === undefined) return 'closed';
  const view = await windowOf(memory, to.viewId);
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
  // The hash differs when an earlier try of this job has filled it: then it is still theirs to fill.
  try {
    await fill({ id: view.id });
    return 'filled';
  } catch (error) {
    if (!isFaultCode(error, 'view_gone')) throw error;
    log.info({ job: to.job }, 'the window was closed before it was filled');
    return 'closed';
  }
}

const windowWaitMs = 4_000;
const windowLookMs = 50;

/** The window opens while the job already runs; Slack opens none later than three seconds after the click. */
async function windowOf(memory: SlackMemory, job: string): Promise<ModalView | undefined> {
  const until = performance.now() + windowWaitMs;
  for (;;) {
    const view = await memory.modal(job);
    if (view !== undefined || performance.now() > until) return view;
    await after(windowLookMs);
  }
}
