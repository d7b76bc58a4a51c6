// One answer's message: it grows by coalesced edits under the shared budget, and ends exact.
import type { Addressee, AnswerMessage } from '../../jobs/audience.ts';
import { toFault } from '../errors.ts';
import type { Log } from '../log.ts';
import { type Messenger, whenAdmitted } from './messenger.ts';
import { isFaultCode } from './slack-faults.ts';
import type { Place, SlackMemory } from './slack-memory.ts';
import {
  type Asked,
  explainedFault,
  finishedAnswer,
  growingAnswer,
  openAnswer,
} from './views/answer.ts';
import type { Message } from './views/message.ts';

export interface AnswerParts {
  readonly messenger: Messenger;
  readonly memory: SlackMemory;
  readonly log: Log;
}

/** Posts the message once for a job: a second worker after a crash finds it. */
export async function openAnswerMessage(
  parts: AnswerParts,
  to: Addressee,
  prompt: string,
): Promise<AnswerMessage> {
  const asked: Asked = { user: to.user, prompt, job: to.job };
  const known = await parts.memory.message(to.job);
  const place = known ?? (await post(parts, to, openAnswer(asked)));
  const growth = createGrowth(parts, place, asked);
  const end = async (message: Message, rest: readonly Message[]): Promise<void> => {
    await growth.stop();
    const last = await replace(parts, to, place, message);
    // Parts are said once: a job that runs again after a crash must not repeat them.
    for (const [index, part] of rest.entries()) {
      if (!(await parts.memory.once(`part:${to.job}:${index}`))) continue;
      const thread = { channel: last.channel, threadTs: to.threadTs ?? last.ts };
      await whenAdmitted(() => parts.messenger.post(thread, part));
    }
  };
  return {
    grow: growth.grow,
    finish: async (answer) => {
      const [message, ...rest] = finishedAnswer(asked, answer);
      await end(message, rest);
    },
    explain: (fault) => end(explainedFault(asked, fault), []),
  };
}

async function post(parts: AnswerParts, to: Addressee, message: Message): Promise<Place> {
  const { user, channel, threadTs, job } = to;
  const place = await whenAdmitted(() =>
    parts.messenger.postOrDirect({ user, channel, threadTs }, message),
  );
  await parts.memory.saveMessage(job, place);
  return place;
}

/** The final state, in the same message; in a new one where somebody removed it. */
async function replace(
  parts: AnswerParts,
  to: Addressee,
  place: Place,
  message: Message,
): Promise<Place> {
  try {
    await parts.messenger.editPatiently(place, message);
    return place;
  } catch (error) {
    if (!isFaultCode(error, 'message_gone')) throw error;
    return post(parts, to, message);
  }
}

interface Growth {
  grow(this: void, text: string): void;
  /** Drops what was not shown yet, and returns when no edit is on its way. */
  stop(): Promise<void>;
}

/** The newest text wins; older ones are never sent late. */
function createGrowth({ messenger, log }: AnswerParts, place: Place, asked: Asked): Growth {
  const state: {
    newest: string | undefined;
    timer: NodeJS.Timeout | undefined;
    running: Promise<void> | undefined;
    waitMs: number;
    isOver: boolean;
  } = { newest: undefined, timer: undefined, running: undefined, waitMs: 0, isOver: false };

  const schedule = (delayMs: number): void => {
    if (state.isOver || state.timer !== undefined || state.running !== undefined) return;
    state.timer = setTimeout(() => {
      state.timer = undefined;
      state.running = show().finally(() => {
        state.running = undefined;
        if (state.newest !== undefined) schedule(state.waitMs);
      });
    }, delayMs);
  };
  const show = async (): Promise<void> => {
    const text = state.newest;
    if (text === undefined) return;
    state.newest = undefined;
    state.waitMs = 0;
    try {
      await messenger.edit(place, growingAnswer(asked, text), 'progress');
    } catch (error) {
      const { code, retryAfterMs } = toFault(error);
      state.newest ??= text;
      state.waitMs = retryAfterMs ?? 2_000;
      if (code !== 'rate_limited') log.warn({ job: asked.job, code }, 'an answer could not grow');
    }
  };
  return {
    grow: (text) => {
      state.newest = text;
      schedule(0);
    },
    stop: async () => {
      state.isOver = true;
      clearTimeout(state.timer);
      state.newest = undefined;
      await state.running;
    },
  };
}
