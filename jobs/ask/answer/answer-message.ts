// Message of one answer, from its first post to its final state.
import type { AnswerMessage, Asked } from './notifier.ts';
import type { Addressee } from '../../../src/job/addressee.ts';
import { type Fault, toFault } from '../../../src/kernel/errors.ts';
import { type AnswerParts, type AnswerStart, type Outlet, chooseWay } from './answer-outlet.ts';
import { refusedChars } from './answer-parts.ts';
import { openEdited } from './edited-answer.ts';
import { whenAdmitted } from '../../../src/slack/send/messenger.ts';
import { sayOnce } from '../../../src/slack/send/once.ts';
import { isFaultCode } from '../../../src/slack/send/slack-faults.ts';
import { openStreamed } from './streamed-answer.ts';
import {
  type AskedBy,
  type Ending,
  answered,
  askedMessage,
  endingMessages,
  failedAnswer,
  interruptedAnswer,
  partsOf,
  stoppedAnswer,
} from './view.ts';
import { explainedFault } from './fault-view.ts';
import { type MessageButton, section } from '../../../src/slack/messages/message.ts';
import { escapeText } from '../../../src/slack/messages/mrkdwn.ts';

/** Repeatable: after a crash, a second worker continues the message of the first one. */
export async function openAnswerMessage(
  parts: AnswerParts,
  to: Addressee,
  asked: Asked,
): Promise<AnswerMessage> {
  const known = await parts.memory.answer(to.job);
  const isInThread = to.threadTs !== undefined;
  const { prompt, isPrivate } = asked;
  const by: AskedBy = { user: to.user, prompt, job: to.job, isInThread, isPrivate };
  const outlet = await open({ parts, to, by, asked, known });
  const thread = outlet.thread();
  // Text is not delayed by the thread's status, and no answer fails with it.
  const begun =
    thread === undefined
      ? undefined
      : parts.sessions.begin(thread, to.job).catch((error: unknown) => {
          parts.log.info({ job: to.job, err: toFault(error) }, 'thread status failed');
        });
  const end = async (ending: Ending): Promise<void> => {
    await outlet.end(ending);
    await settleQuestion(parts, by, ending);
    await begun;
    await endSession(parts, to.job);
  };
  return {
    get thread() {
      const place = outlet.thread();
      return place === undefined ? undefined : `${place.channel}:${place.ts}`;
    },
    grow: outlet.grow,
    wait: outlet.wait,
    abandon: outlet.abandon,
    finish: (answer) => end(answered(by, answer)),
    explain: (fault, partial) => end(explainedFault(by, fault, partial)),
    stopped: (partial) => end(stoppedAnswer(by, partial)),
    interrupted: () => end(interruptedAnswer()),
  };
}

/** Ends a started answer with a fault; false when none has started. */
export async function failAnswer(
  parts: AnswerParts,
  to: Addressee,
  fault: Fault,
  buttons: readonly MessageButton[],
): Promise<boolean> {
  const known = await parts.memory.answer(to.job);
  if (known === undefined) return false;
  const isInThread = to.threadTs !== undefined;
  const prompt = (await parts.promptOf(to.job)) ?? '';
  const by: AskedBy = { user: to.user, prompt, job: to.job, isInThread, isPrivate: false };
  const asked: Asked = { prompt, isPrivate: false, streams: false };
  const outlet = await open({
    parts,
    to,
    by,
    asked,
    known: { ...known, at: known.at ?? known.root },
  });
  const ending = failedAnswer(by, fault, buttons);
  await outlet.end(ending);
  await settleQuestion(parts, by, ending);
  await endSession(parts, to.job);
  return true;
}

/** The answer is complete: if Slack does not end the session now, the outbox ends it. */
const endSession = ({ sessions, log }: AnswerParts, job: string): Promise<void> =>
  sessions
    .end(job)
    .catch((error: unknown) => log.info({ job, err: toFault(error) }, 'session not ended'));

/**
 * If another message holds the answer, the question's message loses its Stop and states the outcome. The answer
 * is complete: a rate-limited edit waits for its turn; until then Stop replies that it is too late.
 */
async function settleQuestion(parts: AnswerParts, by: AskedBy, ending: Ending): Promise<void> {
  const { root, at } = (await parts.memory.answer(by.job)) ?? {};
  if (root === undefined || at === undefined || root.ts === at.ts || by.prompt === '') return;
  const message = askedMessage(by, ending);
  const trouble = (error: unknown): void =>
    parts.log.info({ job: by.job, err: toFault(error) }, 'question edit failed');
  await parts.messenger.edit(root, message, 'final').catch((error: unknown) => {
    if (!isFaultCode(error, 'rate_limited')) return trouble(error);
    void parts.messenger.editPatiently(root, message).catch(trouble);
  });
}

async function open(start: AnswerStart): Promise<Outlet> {
  const way = await chooseWay(start);
  switch (way) {
    case 'streamed':
      return openStreamed(start);
    case 'edited':
    case 'whole':
      return openEdited(start, way);
    case 'ephemeral':
      return ephemeral(start);
  }
}

/** Ephemeral messages cannot be edited: the ack shows progress, and the answer arrives complete. */
function ephemeral({ parts, to, by }: AnswerStart): Outlet {
  const postEphemeral = (
    message: Parameters<typeof parts.messenger.postEphemeral>[1],
  ): Promise<void> => whenAdmitted(() => parts.messenger.postEphemeral(to, message));
  return {
    thread: () => undefined,
    grow: () => undefined,
    abandon: () => undefined,
    wait: (why) => {
      const message = { text: escapeText(why), blocks: [section(escapeText(why))] };
      return sayOnce(parts.memory, `waits:${to.job}`, () => postEphemeral(message));
    },
    end: async (ending) => {
      const send = async (name: string, texts: readonly string[]): Promise<void> => {
        for (const [index, message] of endingMessages(by, ending, texts).entries()) {
          const post = () => postEphemeral(message);
          await sayOnce(parts.memory, `${name}-${index}:${to.job}`, post);
        }
      };
      await send('private', partsOf(ending.body)).catch((error: unknown) => {
        if (ending.body === '' || !isFaultCode(error, 'slack_rejected')) throw error;
        return send('private-small', partsOf(ending.body, 0, refusedChars));
      });
    },
  };
}
