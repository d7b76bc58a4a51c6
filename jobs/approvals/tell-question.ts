// News of an approval question for its requester, as edits notify nobody.
import type { Question } from './questions.ts';
import type { AskingParts } from './ask-approval.ts';
import { sayOnce } from '../../src/slack/send/once.ts';
import { whenAdmitted } from '../../src/slack/send/messenger.ts';
import { decidedMessage, deniedNews, expiredNews } from './view.ts';

/** Keys and quotas report their decisions with their own jobs. */
export async function tellQuestion(
  { approvals, messenger, memory }: AskingParts,
  { request, decision }: Question,
): Promise<void> {
  if (decision === undefined) return;
  const { by } = request;
  const tell = (work: () => Promise<unknown>): Promise<void> =>
    sayOnce(memory, `question-told:${request.id}:${decision.at}`, () => whenAdmitted(work));
  if (decision.verdict === 'expired') {
    const waiting = request.kind === 'key' ? request.owner : by.user;
    const news = expiredNews(request, waiting);
    return tell(() => messenger.post({ channel: waiting }, news));
  }
  if (request.kind === 'key' || request.kind === 'quota' || decision.by === by.user) return;
  if (decision.verdict === 'denied') {
    const news = deniedNews(request, decision);
    return tell(() => messenger.post({ channel: by.user }, news));
  }
  const places = await approvals.places(request.id);
  if (places.some(({ channel }) => channel === by.channel)) return;
  await tell(() => messenger.postEphemeral(by, decidedMessage(request, decision)));
}
