// Answers in a Slack message stream, with message edits as the fallback.
import { type AnswerStart, type Outlet, threadOf } from './answer-outlet.ts';
import { deliverParts } from './answer-parts.ts';
import { createTicker } from './answer-ticker.ts';
import { openEdited, postAnswer } from './edited-answer.ts';
import { limits } from '../../../src/slack/messages/limits.ts';
import { splitMarkdown } from '../../../src/slack/messages/weight.ts';
import { fail, toFault } from '../../../src/kernel/errors.ts';
import { isFaultCode } from '../../../src/slack/send/slack-faults.ts';
import type { Place } from '../../../src/slack/send/slack-memory.ts';
import { type Ending, askedMessage, continued, endingMessages } from './view.ts';
import { outcome } from '../../../src/slack/messages/message.ts';

/** Appended text cannot be taken back. */
const fitsStream = (text: string): boolean =>
  Buffer.byteLength(text) <= limits.streamBytes && splitMarkdown(text).length === 1;

interface Streaming {
  readonly start: AnswerStart;
  readonly thread: Place;
  readonly root: Place | undefined;
  /** The streamed message, once it exists. */
  at: Place | undefined;
  /** Text that Slack has accepted. */
  sent: string;
  /** Slack takes no stream here, or has ended it: later updates are edits. */
  edited: Promise<Outlet> | undefined;
}

export async function openStreamed(start: AnswerStart): Promise<Outlet> {
  const { parts, to, known } = start;
  const root =
    known?.root ??
    (to.threadTs === undefined
      ? await postAnswer(start, askedMessage(start.by), 'root')
      : undefined);
  const thread = threadOf(start, root) ?? { channel: to.channel, ts: to.threadTs ?? '' };
  const state: Streaming = { start, thread, root, at: undefined, sent: '', edited: undefined };
  const ticker = createTicker({
    everyMs: 300,
    troubled: (code) => parts.log.warn({ job: to.job, code }, 'answer update failed'),
    show: (text) => show(state, text),
  });
  return {
    thread: () => thread,
    grow: ticker.grow,
    wait: async (why) => (await editedOf(state)).wait(why),
    abandon: () => void ticker.stop(),
    end: async (ending) => {
      await ticker.stop();
      await end(state, ending);
    },
  };
}

/** @returns whether there was something to show. */
async function show(state: Streaming, text: string): Promise<boolean> {
  if (state.edited !== undefined) return growEdited(state, text);
  const { outgoing } = state.start.parts;
  const settled = outgoing.settled(text);
  // Text that does not fit, or does not continue the shown text, waits for the end.
  if (!fitsStream(settled) || !settled.startsWith(state.sent)) return false;
  const added = settled.slice(state.sent.length);
  if (added === '') return false;
  try {
    await put(state, added);
    state.sent = settled;
  } catch (error) {
    if (isFaultCode(error, 'rate_limited')) throw error;
    // Without a response the text may be visible already: only an edit cannot duplicate it.
    return growEdited(state, text);
  }
  return true;
}

async function growEdited(state: Streaming, text: string): Promise<true> {
  (await editedOf(state)).grow(text);
  return true;
}

async function put(state: Streaming, added: string): Promise<void> {
  const { parts, to } = state.start;
  if (state.at !== undefined) return parts.streams.append(state.at, added);
  const { channel, ts: threadTs } = state.thread;
  // Before the start: Slack shows its Stop button at once.
  await parts.sessions.noteStream(state.thread, to.job);
  state.at = await parts.streams.start({ channel, threadTs, user: to.user }, added);
  const root = state.root === undefined ? {} : { root: state.root };
  await parts.memory.saveAnswer(to.job, { ...root, at: state.at, stream: true, hasStarted: true });
}

async function end(state: Streaming, ending: Ending): Promise<void> {
  const { at, start, sent } = state;
  const { parts, by } = start;
  if (state.edited !== undefined) return (await editedOf(state)).end(ending);
  const body = parts.outgoing.whole(ending.body);
  // Nothing was streamed: the question's own message, or one below it, states the outcome.
  if (at === undefined && body === '') return (await toEdits(state)).end(ending);
  if (!body.startsWith(sent)) return (await toEdits(state)).end(ending);
  try {
    await deliverParts(
      start,
      { ...ending, body },
      async (texts, said) => {
        const first = texts[0] ?? '';
        if (!fitsStream(first)) throw fail('refused', 'stream_over', 'The message stream is full.');
        if (state.at === undefined) {
          await put(state, first);
          state.sent = first;
        }
        const place = state.at ?? state.thread;
        const more = texts.length - 1;
        const last = parts.outgoing.channel({
          text: said.spoken,
          blocks: [...continued(more), ...said.after],
          mark: outcome(said.status, by.job),
        })[0];
        const { blocks, metadata } = last;
        await parts.streams.stop(place, first.slice(state.sent.length), {
          blocks,
          ...(metadata === undefined ? {} : { metadata }),
        });
        return { place, rest: endingMessages(by, said, texts).slice(1) };
      },
      { shown: sent.length, isLastWay: false },
    );
  } catch (error) {
    // Whatever failed at the end of the stream, the answer is visible and its message takes edits.
    parts.log.info({ job: by.job, err: toFault(error) }, 'stream not finished');
    await (await toEdits(state)).end(ending);
  }
}

/** Shared by all edits; after a failure, the next edit tries again. */
async function editedOf(state: Streaming): Promise<Outlet> {
  state.edited ??= toEdits(state);
  try {
    return await state.edited;
  } catch (error) {
    state.edited = undefined;
    throw error;
  }
}

/** Switches to edits of the answer, or of the question if no answer started. */
function toEdits({ start, at, root }: Streaming): Promise<Outlet> {
  const known = {
    ...(root === undefined ? {} : { root }),
    ...(at === undefined ? {} : { at, stream: true }),
    hasStarted: false,
  };
  return openEdited({ ...start, known }, 'edited');
}
