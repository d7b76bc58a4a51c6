// An ending that one message does not hold: its parts follow in the thread, and what is longer still becomes a file.
import { type AnswerStart, threadOf } from './answer-outlet.ts';
import { whenAdmitted } from '../../../src/slack/send/messenger.ts';
import type { Place } from '../../../src/slack/send/slack-memory.ts';
import { type Ending, fileSummary, partsAtMost, partsOf } from './view.ts';
import { type Message, context } from '../../../src/slack/messages/message.ts';

/**
 * @param show puts the first message up and says where it is; the rest follows it, each part once, also after a crash.
 * @param shown so much of the body is out already.
 */
export async function deliverParts(
  start: AnswerStart,
  ending: Ending,
  show: (
    texts: readonly string[],
    ending: Ending,
  ) => Promise<{ place: Place; rest: readonly Message[] }>,
  shown = 0,
): Promise<Place> {
  const { parts, to } = start;
  const texts = partsOf(ending.body, shown);
  const isFile = texts.length > partsAtMost;
  const said = isFile ? summarised(ending) : ending;
  const { place, rest } = await show(isFile ? texts.slice(0, 1) : texts, said);
  const thread = threadOf(start, place) ?? place;
  const once = async (name: string, work: () => Promise<unknown>): Promise<void> => {
    if (await parts.memory.once(`${name}:${to.job}`)) await work();
  };
  for (const [index, part] of rest.entries()) {
    await once(`part-${index}`, () =>
      whenAdmitted(() =>
        parts.messenger.post({ channel: thread.channel, threadTs: thread.ts }, part),
      ),
    );
  }
  if (isFile) {
    const file = { name: `${to.job}.md`, title: `${to.job}.md`, content: ending.body };
    await once('file', () =>
      parts.messenger.upload(file, { channel: thread.channel, threadTs: thread.ts }),
    );
  }
  return place;
}

function summarised(ending: Ending): Ending {
  return { ...ending, after: [context(fileSummary(ending.body)), ...ending.after] };
}
