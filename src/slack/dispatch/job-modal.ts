// Modals that an action opens at once, stored under the job that fills them.
import type { Modal } from '../messages/modal.ts';
import type { Log } from '../../kernel/log.ts';
import type { Messenger } from '../send/messenger.ts';
import type { SlackMemory } from '../send/slack-memory.ts';
import { loadingModal } from '../messages/loading-modal.ts';
import type { Mrkdwn } from '../messages/mrkdwn.ts';
import { toFault } from '../../kernel/errors.ts';

export interface JobModalParts {
  readonly messenger: Messenger;
  readonly memory: SlackMemory;
  readonly log: Log;
}

/** Must follow the action within three seconds; if Slack refuses, the job answers without a modal. */
export async function openJobModal(
  { messenger, memory, log }: JobModalParts,
  triggerId: string,
  job: string,
  modal: Modal,
): Promise<void> {
  try {
    await memory.saveModal(job, await messenger.openModal(triggerId, modal));
  } catch (error) {
    log.warn({ job, err: toFault(error) }, 'modal open failed');
    await memory.saveModal(job, 'unopened');
  }
}

/** @param words the ack. */
export function openAnswerModal(
  parts: JobModalParts,
  triggerId: string,
  job: string,
  words: Mrkdwn,
): Promise<void> {
  return openJobModal(parts, triggerId, job, loadingModal(words, job));
}
