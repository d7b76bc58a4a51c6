// Long answers: further parts in the thread, or a file.
import { type AnswerStart, threadOf } from './answer-outlet.ts';
import { whenAdmitted } from '../../../src/slack/send/messenger.ts';
import { sayOnce } from '../../../src/slack/send/once.ts';
import { isFaultCode } from '../../../src/slack/send/slack-faults.ts';
import type { Place } from '../../../src/slack/send/slack-memory.ts';
import { toFault } from '../../../src/kernel/errors.ts';
import { type Ending, exactInFile, fileSummary, isForFile, partsOf, withoutFile } from './view.ts';
import type { Mrkdwn } from '../../../src/slack/messages/mrkdwn.ts';
import { type Message, context } from '../../../src/slack/messages/message.ts';

/**
 * @param show posts the first message and returns its place; the rest follows it, each part once, also after a crash.
 * @param options `shown`: length of the body that is already visible; `isLastWay`: a refused body is shown shortened.
 */
export async function deliverParts(
  start: AnswerStart,
  ending: Ending,
  show: (
    texts: readonly string[],
    ending: Ending,
  ) => Promise<{ place: Place; rest: readonly Message[] }>,
  { shown = 0, isLastWay = true }: { readonly shown?: number; readonly isLastWay?: boolean } = {},
): Promise<Place> {
  const { parts, to } = start;
  const { body, exact = body } = ending;
  const texts = partsOf(body, shown);
  const isLong = isForFile(body, texts);
  let isFile = isLong || ending.needsExact === true;
  /** The part of the body that only the file holds. */
  let left = isLong ? texts.slice(1) : [];
  const { place, rest } = await show(
    isLong ? texts.slice(0, 1) : texts,
    isLong ? summarised(ending) : isFile ? withNote(ending, exactInFile) : ending,
  ).catch((error: unknown) => {
    const mayShrink = isLastWay && body !== '' && isFaultCode(error, 'slack_rejected');
    if (!mayShrink) throw error;
    // Slack counts differently from us: any count accepts a short part, and the file holds the whole body.
    isFile = true;
    const small = partsOf(body, shown, refusedChars);
    left = small.slice(1);
    return show(small.slice(0, 1), summarised(ending));
  });
  const thread = threadOf(start, place) ?? place;
  const once = (name: string, work: () => Promise<unknown>): Promise<void> =>
    sayOnce(parts.memory, `${name}:${to.job}`, work);
  const below = { channel: thread.channel, threadTs: thread.ts };
  const post = (name: string, message: Message): Promise<void> =>
    once(name, () => whenAdmitted(() => parts.messenger.post(below, message)));
  for (const [index, part] of rest.entries()) {
    await post(`part-${index}`, part).catch((error: unknown) => {
      if (!isFaultCode(error, 'slack_rejected')) throw error;
      isFile = true;
    });
  }
  if (isFile) {
    const file = { name: `${to.job}.md`, title: `${to.job}.md`, content: exact };
    await once('file', () => parts.messenger.upload(file, below)).catch(async (error: unknown) => {
      const fault = toFault(error);
      if (fault.kind === 'transient') throw error;
      parts.log.warn({ job: to.job, err: fault }, 'answer file refused');
      // The answer is already visible: its rest is sent as messages, and no error replaces it.
      for (const [index, message] of withoutFile(left).entries()) {
        await post(`no-file-${index}`, message);
      }
    });
  }
  return place;
}

/** Length of the part that a message holds of a body that Slack has refused. */
export const refusedChars = 1_000;

const summarised = (ending: Ending): Ending =>
  withNote(ending, fileSummary(ending.exact ?? ending.body));

const withNote = (ending: Ending, note: Mrkdwn): Ending => ({
  ...ending,
  after: [context(note), ...ending.after],
});
