// A window that a person's own press opens at once, kept under the job that fills it.
import type { Modal } from '../messages/modal.ts';
import type { Log } from '../../kernel/log.ts';
import type { Messenger } from '../send/messenger.ts';
import type { SlackMemory } from '../send/slack-memory.ts';
import { loadingModal } from '../messages/loading-modal.ts';
import type { Mrkdwn } from '../messages/mrkdwn.ts';

export interface JobWindowParts {
  readonly messenger: Messenger;
  readonly memory: SlackMemory;
  readonly log: Log;
}

/** Must follow the press within three seconds; where Slack refuses, the job answers without a window. */
export async function openJobWindow(
  { messenger, memory, log }: JobWindowParts,
  triggerId: string,
  job: string,
  modal: Modal,
): Promise<void> {
  try {
    await memory.saveModal(job, await messenger.openModal(triggerId, modal));
  } catch (error) {
    log.warn({ job, error: String(error) }, 'a window could not be opened');
    await memory.saveModal(job, 'unopened');
  }
}

/** @param words what was taken in. */
export function openAnswerWindow(
  parts: JobWindowParts,
  triggerId: string,
  job: string,
  words: Mrkdwn,
): Promise<void> {
  return openJobWindow(parts, triggerId, job, loadingModal(words, job));
}
