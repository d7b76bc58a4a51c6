// The window that a person's own click or command opens for their key, kept under the job that fills it.
import type { Log } from '../log.ts';
import type { Messenger } from './messenger.ts';
import type { SlackMemory } from './slack-memory.ts';
import { loadingKeyModal } from './views/key.ts';

export interface KeyWindowParts {
  readonly messenger: Messenger;
  readonly memory: SlackMemory;
  readonly log: Log;
}

/** Must follow the click within three seconds; where Slack refuses, the job answers without a window. */
export async function openKeyWindow(
  { messenger, memory, log }: KeyWindowParts,
  triggerId: string,
  job: string,
): Promise<void> {
  try {
    await memory.saveModal(job, await messenger.openModal(triggerId, loadingKeyModal(job)));
  } catch (error) {
    log.warn({ job, error: String(error) }, 'the key window could not be opened');
    await memory.saveModal(job, 'unopened');
  }
}
