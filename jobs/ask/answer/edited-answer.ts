// Answers in one message, edited while they grow or posted at the end.
import type { Log } from '../../../src/kernel/log.ts';
import { deliverParts } from './answer-parts.ts';
import { type AnswerStart, type Outlet, threadOf } from './answer-outlet.ts';
import { createTicker } from './answer-ticker.ts';
import { whenAdmitted } from '../../../src/slack/send/messenger.ts';
import { cannotEdit, isFaultCode, refusesEdit } from '../../../src/slack/send/slack-faults.ts';
import { toFault } from '../../../src/kernel/errors.ts';
import type { Place } from '../../../src/slack/send/slack-memory.ts';
import { type Ending, endingMessages, growingMessage, waitingMessage } from './view.ts';
import type { Message } from '../../../src/slack/messages/message.ts';

/** Time after which an answer in mode `whole` posts a progress message. */
const quietMs = 4_000;

/** @param how `whole`: no message before the end, unless the answer is slow. */
export async function openEdited(start: AnswerStart, how: 'edited' | 'whole'): Promise<Outlet> {
  const { parts, to, by, asked, known } = start;
  const isResumed = known?.at !== undefined && known.hasStarted;
  const state: { place: Place | undefined; root: Place | undefined } = {
    place: known?.at ?? known?.root,
    root: known?.root,
  };
  if (known?.stream === true && known.at !== undefined) await closeStream(start, known.at);
  if (state.place === undefined && how === 'edited') {
    state.place = await postAnswer(start, waitingMessage(by, undefined, asked.streams));
  }
  if (state.place !== undefined) {
    await parts.memory.saveAnswer(to.job, {
      ...(state.root === undefined ? {} : { root: state.root }),
      at: state.place,
      hasStarted: known?.hasStarted ?? false,
    });
  }
  const ticker = createTicker({
    everyMs: 1_000,
    troubled: (code) => parts.log.warn({ job: to.job, code }, 'answer update failed'),
    show: async (text) => {
      if (state.place === undefined) return false;
      await parts.messenger.edit(state.place, growingMessage(by, text, isResumed), 'progress');
      await markStarted(start, state.place);
      return true;
    },
  });
  let posted: Promise<void> | undefined;
  const patience = setTimeout(() => {
    posted = postAnswer(start, waitingMessage(by, undefined, asked.streams)).then(
      (place) => void (state.place ??= place),
      (error: unknown) =>
        parts.log.warn({ job: to.job, err: toFault(error) }, 'placeholder post failed'),
    );
  }, quietMs);
  if (state.place !== undefined) clearTimeout(patience);
  return {
    thread: () => threadOf(start, state.root ?? state.place),
    grow: ticker.grow,
    wait: async (why) => {
      clearTimeout(patience);
      await posted;
      const message = waitingMessage(by, why);
      if (state.place === undefined) state.place = await postAnswer(start, message);
      else {
        // The ending is sent in any case; a lost waiting note is no failure.
        await parts.messenger.editPatiently(state.place, message).catch((error: unknown) => {
          if (!cannotEdit(error)) throw error;
        });
      }
    },
    abandon: () => {
      clearTimeout(patience);
      void ticker.stop();
    },
    end: async (ending) => {
      clearTimeout(patience);
      await posted;
      await ticker.stop();
      state.place = await finish(start, state.place, ending);
    },
  };
}

/** The final state, in the same message; in a new one if there was none or it was deleted. */
async function finish(
  start: AnswerStart,
  place: Place | undefined,
  ending: Ending,
): Promise<Place> {
  const { parts, by, to } = start;
  return deliverParts(start, ending, async (texts, said) => {
    const [first, ...rest] = endingMessages(by, said, texts);
    if (place === undefined) return { place: await postAnswer(start, first), rest };
    try {
      await parts.messenger.editPatiently(place, first);
      return { place, rest };
    } catch (error) {
      if (!refusesEdit(error)) throw error;
      parts.log.info({ job: to.job, err: toFault(error) }, 'answer edit refused');
      return { place: await postAnswer(start, first), rest };
    }
  });
}

/** @param as `root`: the message shows the question, and the answer is posted in its thread. */
export async function postAnswer(
  { parts, to }: AnswerStart,
  message: Message,
  as: 'at' | 'root' = 'at',
): Promise<Place> {
  const { user, channel, threadTs, job } = to;
  const place = await whenAdmitted(() =>
    parts.messenger.postOrDirect({ user, channel, threadTs }, message),
  );
  await parts.memory.saveAnswer(job, { [as]: place, hasStarted: false });
  return place;
}

async function markStarted({ parts, to }: AnswerStart, at: Place): Promise<void> {
  const known = await parts.memory.answer(to.job);
  if (known?.hasStarted !== true)
    await parts.memory.saveAnswer(to.job, { ...known, at, hasStarted: true });
}

/** An open stream of a lost worker takes no edits. */
async function closeStream({ parts, to }: AnswerStart, at: Place): Promise<void> {
  try {
    await parts.streams.stop(at, '');
  } catch (error) {
    logClosed(parts.log, to.job, error);
  }
}

function logClosed(log: Log, job: string, error: unknown): void {
  if (!isFaultCode(error, 'stream_over'))
    log.warn({ job, err: toFault(error) }, 'stream close failed');
}
