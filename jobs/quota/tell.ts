// Quota notifier for Slack: reports with charts, requests and news.
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
  tellQuota: (to, news) => speaker.postEphemeral(to, quotaNewsMessage(news, to.job)),
  showQuota: (to, report) => showQuota(speaker, pictures, to, report),
});

/** Slack may delay an upload by minutes. */
const uploadMs = 10_000;

/** Without a chart the text still has the numbers. */
async function showQuota(
  speaker: Speaker,
  pictures: Pictures,
  to: Addressee,
  report: QuotaReport,
): Promise<void> {
  const { sent } = report;
  const hasBars = 'series' in sent && sent.series.length > 0;
  // Ephemeral messages take no files, so a button opens the chart in a modal.
  const isEphemeral = seenBy(to) === 'asker' && !isDirect(to.channel);
  const inModal = to.viewId !== undefined;
  const picture =
    hasBars && (inModal || !isEphemeral)
      ? await inTime(uploadPicture(speaker, pictures, sent), uploadMs)
      : undefined;
  const shownWith = (shown: ShownPicture | undefined, offersChart: boolean): Message =>
    quotaMessage(report, { picture: shown, offersChart }, to.job);
  await sendWithPicture(
    picture,
    (shown) => {
      const modal = messageModal(shownWith(shown, false));
      // The message also serves a modal that was closed.
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
    log.warn({ err: error }, 'usage chart failed');
    return undefined;
  }
}
