// Slack adapter of the key notifier.
import { toFault } from '../../src/kernel/errors.ts';
import type { Addressee } from '../../src/job/addressee.ts';
import { whenAdmitted } from '../../src/slack/send/messenger.ts';
import type { Speaker } from '../../src/slack/send/speaker.ts';
import type { KeyNotifier, KeyNews, KeyReveal } from './notifier.ts';
import { keyNewsMessage, keyNewsModal } from './news-view.ts';
import { keyModal, keyEphemeral, maskedKeyMessage, maskedKeyModal } from './view.ts';

export const tellKeys = (speaker: Speaker): KeyNotifier => ({
  revealKey: (to, reveal) => revealKey(speaker, to, reveal),
  announceKey: (to, reveal) => announceKey(speaker, to, reveal),
  tellKey: (to, news) => tellKey(speaker, to, news),
});

async function revealKey(speaker: Speaker, to: Addressee, reveal: KeyReveal): Promise<void> {
  if (await showKey(speaker, to, reveal)) return;
  // Without a modal, only the masked key is shown: the message stays on the screen.
  await speaker.postEphemeral(to, maskedKeyMessage(reveal, to.job));
}

/** Shows the key itself, which is never stored, while its owner waits for it. @returns whether it is shown. */
export async function showKey(
  speaker: Speaker,
  to: Addressee,
  reveal: KeyReveal,
): Promise<boolean> {
  const shown = await speaker.fillModal(to, keyModal(reveal, to.job), 'reveal');
  return shown === 'filled' || (shown === 'unopened' && (await revealThere(speaker, to, reveal)));
}

async function announceKey(speaker: Speaker, to: Addressee, reveal: KeyReveal): Promise<void> {
  const modal = maskedKeyModal(reveal, to.job);
  if ((await speaker.fillModal(to, modal, 'plain')) === 'filled') return;
  await speaker.postEphemeral(to, maskedKeyMessage(reveal, to.job));
}

/** Slack refused the modal that the owner opened: an ephemeral message shows the key instead. */
async function revealThere(
  { messenger, log }: Speaker,
  to: Addressee,
  reveal: KeyReveal,
): Promise<boolean> {
  try {
    await whenAdmitted(() => messenger.revealThere(to, keyEphemeral(reveal, to.job)));
    return true;
  } catch (error) {
    log.info({ job: to.job, err: toFault(error) }, 'key reveal failed');
    return false;
  }
}

async function tellKey(speaker: Speaker, to: Addressee, news: KeyNews): Promise<void> {
  const filled = await speaker.fillModal(to, keyNewsModal(news, to.job, to.user), 'plain');
  if (filled === 'filled') return;
  await speaker.postEphemeral(to, keyNewsMessage(news, to.job, to.user));
}
