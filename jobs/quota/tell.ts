// Quotas in Slack: the figures with their picture, and what becomes of wishes for more.
import { type Addressee, seenBy } from '../../src/job/addressee.ts';
import { inTime } from '../../src/kernel/in-time.ts';
import type { Message } from '../../src/slack/messages/message.ts';
import { messageModal } from '../../src/slack/messages/loading-modal.ts';
import type { Speaker } from '../../src/slack/send/speaker.ts';
import { type AskingParts, askForQuota } from '../approvals/ask-approval.ts';
import type { QuotaNotifier } from './notifier.ts';
import { quotaNewsMessage } from './request-view.ts';
import type { Pictures } from './usage/pictures.ts';
import type { QuotaReport, UsageOverTime } from './usage/report.ts';
import { sendWithPicture } from './usage/with-picture.ts';
import { type ShownPicture, quotaMessage } from './view.ts';

export const tellQuotas = (
  speaker: Speaker,
  asking: AskingParts,
  pictures: Pictures,
): QuotaNotifier => ({
  askForQuota: (request) => askForQuota(asking, request),
  tellQuota: (to, news) =>
    speaker.tellDirectOnce(to, `quota:${to.job}:${news.kind}`, quotaNewsMessage(news, to.job)),
  showQuota: (to, report) => showQuota(speaker, pictures, to, report),
});

/** Slack may ask for a pause of minutes before it takes a file. */
const uploadMs = 10_000;

/** Where the picture cannot be drawn, uploaded or shown, the numbers stand in the text all the same. */
async function showQuota(
  speaker: Speaker,
  pictures: Pictures,
  to: Addressee,
  report: QuotaReport,
): Promise<void> {
  const { sent } = report;
  const hasBars = 'series' in sent && sent.series.length > 0;
  // Slack takes no files in ephemeral messages: there a button opens a window with it.
  const isEphemeral = seenBy(to) === 'asker' && !isDirect(to.channel);
  const inWindow = to.viewId !== undefined;
  const picture =
    hasBars && (inWindow || !isEphemeral)
      ? await inTime(uploadPicture(speaker, pictures, sent), uploadMs)
      : undefined;
  const shownWith = (shown: ShownPicture | undefined, offersChart: boolean): Message =>
    quotaMessage(report, { picture: shown, offersChart }, to.job);
  await sendWithPicture(
    picture,
    (shown) => {
      const modal = messageModal(shownWith(shown, false));
      // The message is for a window that was closed, too.
      const message = isEphemeral ? shownWith(undefined, hasBars) : shownWith(shown, false);
      return speaker.answer(to, message, modal);
    },
    speaker.log,
  );
}

const isDirect = (channel: string): boolean => /^[DUW]/.test(channel);

async function uploadPicture(
  { messenger, log }: Speaker,
  pictures: Pictures,
  sent: UsageOverTime,
): Promise<ShownPicture | undefined> {
  try {
    const { png, altText } = await pictures.drawUsage(sent);
    const title = 'Requests over time';
    return {
      fileId: await messenger.upload({ name: 'usage.png', title, content: png, altText }),
      altText,
    };
  } catch (error) {
    log.warn({ error: String(error) }, 'the usage picture could not be shown');
    return undefined;
  }
}
