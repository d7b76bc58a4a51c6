// What became of a question to the operators, told to whoever waits for it: an edit of the question notifies nobody.
import type { Question } from './questions.ts';
import type { AskingParts } from './ask-approval.ts';
import { whenAdmitted } from '../../src/slack/send/messenger.ts';
import { decidedMessage, deniedNews, expiredNews } from './view.ts';
import type { Message } from '../../src/slack/messages/message.ts';

/** What is decided on a key is told by the job that approves or denies it, and on a quota by its own. */
export async function tellQuestion(parts: AskingParts, question: Question): Promise<void> {
  const { request, decision } = question;
  if (decision === undefined) return;
  const { by } = request;
  const once = `question-told:${request.id}:${decision.at}`;
  if (decision.verdict === 'expired') {
    const waiting = request.kind === 'key' ? request.owner : by.user;
    return tellOnce(parts, once, expiredNews(request, waiting), (message) =>
      parts.messenger.post({ channel: waiting }, message),
    );
  }
  if (request.kind === 'key' || request.kind === 'quota' || decision.by === by.user) return;
  if (decision.verdict === 'denied') {
    return tellOnce(parts, once, deniedNews(request, decision), (message) =>
      parts.messenger.post({ channel: by.user }, message),
    );
  }
  const places = await parts.approvals.places(request.id);
  if (places.some(({ channel }) => channel === by.channel)) return;
  await tellOnce(parts, once, decidedMessage(request, decision), (message) =>
    parts.messenger.whisper(by, message),
  );
}

async function tellOnce(
  { memory }: AskingParts,
  once: string,
  message: Message,
  tell: (message: Message) => Promise<unknown>,
): Promise<void> {
  if (!(await memory.once(once))) return;
  try {
    await whenAdmitted(async () => void (await tell(message)));
  } catch (error) {
    await memory.notOnce(once);
    throw error;
  }
}
