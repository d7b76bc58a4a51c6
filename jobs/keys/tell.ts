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
  const shown = await speaker.fillWindow(to, keyModal(reveal, to.job), 'reveal');
  if (shown === 'filled') return;
  if (shown === 'unopened' && (await revealThere(speaker, to, reveal))) return;
  // Without a modal, only the masked key is shown: the message stays on the screen.
  await speaker.postEphemeral(to, maskedKeyMessage(reveal, to.job));
}

async function announceKey(speaker: Speaker, to: Addressee, reveal: KeyReveal): Promise<void> {
  const modal = maskedKeyModal(reveal, to.job);
  if ((await speaker.fillWindow(to, modal, 'plain')) === 'filled') return;
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
    log.info({ job: to.job, fault: toFault(error) }, 'key reveal failed');
    return false;
  }
}

/** Posts a direct message once: a job that runs again after a crash must not repeat it. */
async function tellKey(speaker: Speaker, to: Addressee, news: KeyNews): Promise<void> {
  const window = await speaker.fillWindow(to, keyNewsModal(news, to.job, to.user), 'plain');
  if (window === 'filled') return;
  const once = `key:${to.job}:${news.kind}:${to.user}`;
  await speaker.tellDirectOnce(to, once, keyNewsMessage(news, to.job, to.user));
}
