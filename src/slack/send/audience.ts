// Slack as the audience of jobs: keys to their owners alone, answers into the channel, faults to whoever asked.
import { setTimeout as after } from 'node:timers/promises';
import type { Addressee, Audience, KeyNews, KeyReveal } from '../../../jobs/audience.ts';
import type { QuotaReport, UsageOverTime } from '../../../jobs/quota/report.ts';
import { toFault } from '../../errors.ts';
import type { HomeStore } from '../../stores/home-store.ts';
import { type AskingParts, askApproval, askForQuota } from '../approvals/ask-approval.ts';
import { closeQuestion } from '../approvals/close-question.ts';
import { failAnswer, openAnswerMessage } from '../ask/answer-message.ts';
import type { AnswerParts } from '../ask/answer-outlet.ts';
import type { SlackApi } from './clients.ts';
import type { HomePages } from '../home/home-page.ts';
import { fitBlocks, limits } from './limits.ts';
import { whenAdmitted } from './messenger.ts';
import type { Modal } from './outgoing.ts';
import { type ProfileParts, readProfile } from './profile.ts';
import type { PeoplePolicy } from '../people/person.ts';
import { sayOnce } from './say-once.ts';
import { isFaultCode } from './slack-faults.ts';
import { seenBy } from '../seen-by.ts';
import { type ModalView, type SlackMemory, lastCardOf } from '../slack-memory.ts';
import { tellQuestion } from '../approvals/tell-question.ts';
import type { Pictures } from '../pictures/pictures.ts';
import { sendWithPicture } from './with-picture.ts';
import { waitingForApproval } from '../views/approval.ts';
import { doctorMessage } from '../views/doctor.ts';
import { faultMessage, faultText, wordsOf } from '../views/fault.ts';
import { failedModal, messageModal } from '../views/home-windows.ts';
import { keyModal, keyWhisper, maskedKeyMessage, maskedKeyModal } from '../views/key.ts';
import { keyNewsMessage, keyNewsModal } from '../views/key-news.ts';
import type { Message } from '../views/message.ts';
import { planWindow } from '../views/plan-window.ts';
import { planMessage } from '../views/plan.ts';
import { type ShownPicture, quotaMessage } from '../views/quota.ts';
import { quotaNewsMessage, quotaWarningMessage } from '../views/quota-request.ts';
import { statusMessage } from '../views/status.ts';
import { teardownQuestion, teardownWindow } from '../views/teardown.ts';

export interface AudienceParts extends AskingParts {
  readonly api: SlackApi;
  readonly organisation: ProfileParts['organisation'];
  readonly policy: PeoplePolicy;
  readonly answers: AnswerParts;
  readonly homes: HomeStore;
  readonly homePages: HomePages;
  readonly pictures: Pictures;
}

export function createAudience(parts: AudienceParts): Audience {
  return {
    profile: (user, asker) => readProfile(parts, user, asker),
    revealKey: (to, reveal) => revealKey(parts, to, reveal),
    announceKey: (to, reveal) => announceKey(parts, to, reveal),
    tellKey: (to, news) => tellKey(parts, to, news),
    askApproval: async (request, waiting) => {
      const { until, decision } = await askApproval(parts, request);
      if (decision === undefined && waiting !== undefined) {
        await answer(parts, waiting, waitingForApproval(until, waiting.job));
      }
      return { decision, until };
    },
    askForQuota: (request) => askForQuota(parts, request),
    question: (id) => parts.approvals.read(id),
    closeQuestion: (id, how) => closeQuestion(parts, id, how),
    tellQuestion: (question) => tellQuestion(parts, question),
    tellQuota: (to, news) =>
      tellDirectOnce(parts, to, `quota:${to.job}:${news.kind}`, quotaNewsMessage(news, to.job)),
    // Never into a thread for all to see.
    warnQuota: (to, warning) =>
      whenAdmitted(() => parts.messenger.whisper(to, quotaWarningMessage(warning))),
    openAnswer: (to, asked) => openAnswerMessage(parts.answers, to, asked),
    showQuota: (to, report) => showQuota(parts, to, report),
    showStatus: (to, status) => answerOnce(parts, to, statusMessage(status, to.job)),
    openHome: async (user) => {
      const begun = await parts.homes.begin(user);
      return { show: (report) => parts.homePages.show(report, begun) };
    },
    showDiagnosis: (to, diagnosis) => answerOnce(parts, to, doctorMessage(diagnosis, to.job)),
    showTeardown: async (to, teardown) => {
      const usual = await usualPlace(parts, teardown.gateway);
      const modal = teardownWindow(teardown, to.job, usual);
      const question = teardownQuestion(teardown, to.job);
      // A stale one is the second word on the same run.
      return (teardown.isStale === true ? answer : answerOnce)(parts, to, question, modal);
    },
    showPlan: async (to, plan, showing) => {
      const usual = await usualPlace(parts, plan.gateway);
      const modal = planWindow(plan, showing, to.job, usual);
      return answer(parts, to, planMessage(plan, showing, to.job), modal);
    },
    fail: async (to, fault) => {
      const buttons = buttonFor(fault.next);
      // An answer that was begun ends in its own message.
      if (await failAnswer(parts.answers, to, fault, buttons)) return undefined;
      const message = faultMessage(fault, to.job, buttons);
      const status = wordsOf(fault.kind).status === 'refused' ? 'refused' : 'failed';
      const modal = failedModal(faultText(fault), to.job, status);
      if ((await fillWindow(parts, to, modal, 'plain')) === 'filled') return undefined;
      return whenAdmitted(() => speak(parts, to, message));
    },
  };
}

/** Where the picture cannot be drawn, uploaded or shown, the numbers stand in the text all the same. */
async function showQuota(parts: AudienceParts, to: Addressee, report: QuotaReport): Promise<void> {
  const { sent } = report;
  const hasBars = 'series' in sent && sent.series.length > 0;
  // Slack takes no files in ephemeral messages: there a button opens a window with it.
  const isEphemeral = seenBy(to) === 'asker' && !isDirect(to.channel);
  const inWindow = to.viewId !== undefined;
  const picture =
    hasBars && (inWindow || !isEphemeral) ? await uploadPicture(parts, sent) : undefined;
  const shownWith = (shown: ShownPicture | undefined, offersChart: boolean): Message =>
    quotaMessage(report, { picture: shown, offersChart }, to.job);
  await sendWithPicture(
    picture,
    (shown) => {
      const modal = messageModal(shownWith(shown, false));
      // The message is for a window that was closed, too.
      const message = isEphemeral ? shownWith(undefined, hasBars) : shownWith(shown, false);
      return answer(parts, to, message, modal);
    },
    parts.log,
  );
}

const isDirect = (channel: string): boolean => /^[DUW]/.test(channel);

async function uploadPicture(
  { messenger, pictures, log }: AudienceParts,
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

/** In the window that the asker's press opened; else in the thread of a mention, or to the asker's eyes. */
async function answer(
  parts: AudienceParts,
  to: Addressee,
  message: Message,
  modal: Modal = messageModal(message),
): Promise<void> {
  if (await answerInWindow(parts, to, modal)) return;
  await whenAdmitted(() => speak(parts, to, message));
}

/** For jobs that say one thing only: a look is long, and a job that lost its lock meanwhile is looked at twice. */
async function answerOnce(
  parts: AudienceParts,
  to: Addressee,
  message: Message,
  modal: Modal = messageModal(message),
): Promise<void> {
  if (await answerInWindow(parts, to, modal)) return;
  await whenAdmitted(() =>
    sayOnce(parts.memory, `answer:${to.job}`, () => speak(parts, to, message)),
  );
}

async function answerInWindow(parts: AudienceParts, to: Addressee, modal: Modal): Promise<boolean> {
  if (to.viewId === undefined || fitBlocks(modal.blocks).length > limits.viewBlocks) return false;
  return (await fillWindow(parts, to, modal, 'plain')) === 'filled';
}

/** The channel in which the gateway's last run was shown. */
const usualPlace = async ({ memory }: AudienceParts, gateway: string) =>
  (await memory.message(lastCardOf(gateway)))?.channel;

async function speak({ messenger }: AudienceParts, to: Addressee, message: Message): Promise<void> {
  if (seenBy(to) === 'asker') await messenger.whisper(to, message);
  else await messenger.postOrDirect(to, message);
}

async function revealKey(parts: AudienceParts, to: Addressee, reveal: KeyReveal): Promise<void> {
  const shown = await fillWindow(parts, to, keyModal(reveal, to.job), 'reveal');
  if (shown === 'filled') return;
  if (shown === 'unopened' && (await revealThere(parts, to, reveal))) return;
  // No window of theirs is open: what everybody could look at over a shoulder later holds no key.
  const masked = maskedKeyMessage(reveal, to.job);
  await whenAdmitted(() => parts.messenger.whisper(to, masked));
}

async function announceKey(parts: AudienceParts, to: Addressee, reveal: KeyReveal): Promise<void> {
  const modal = maskedKeyModal(reveal, to.job);
  if ((await fillWindow(parts, to, modal, 'plain')) === 'filled') return;
  const masked = maskedKeyMessage(reveal, to.job);
  await whenAdmitted(() => parts.messenger.whisper(to, masked));
}

/** They asked for a window with their own hand, and Slack would not open it: then an ephemeral message shows it. */
async function revealThere(
  { messenger, log }: AudienceParts,
  to: Addressee,
  reveal: KeyReveal,
): Promise<boolean> {
  try {
    await whenAdmitted(() => messenger.revealThere(to, keyWhisper(reveal, to.job)));
    return true;
  } catch (error) {
    log.info({ job: to.job, fault: toFault(error) }, 'no place to show a key');
    return false;
  }
}

/** A direct message stays, so a job that runs again after a crash must not repeat it. */
async function tellKey(parts: AudienceParts, to: Addressee, news: KeyNews): Promise<void> {
  const window = await fillWindow(parts, to, keyNewsModal(news, to.job, to.user), 'plain');
  if (window === 'filled') return;
  const once = `key:${to.job}:${news.kind}:${to.user}`;
  await tellDirectOnce(parts, to, once, keyNewsMessage(news, to.job, to.user));
}

/** What is said in passing may be said again by a job that runs again. */
async function tellDirectOnce(
  parts: AudienceParts,
  to: Addressee,
  once: string,
  message: Message,
): Promise<void> {
  const { memory } = parts;
  const isDirect = to.channel === to.user;
  if (isDirect && !(await memory.once(once))) return;
  try {
    await whenAdmitted(() => parts.messenger.whisper(to, message));
  } catch (error) {
    if (isDirect) await memory.notOnce(once);
    throw error;
  }
}

/** `closed`: there is no window of theirs, or not any more; `unopened`: Slack would not open the one they asked for. */
async function fillWindow(
  { messenger, memory, log }: AudienceParts,
  to: Addressee,
  modal: Modal,
  how: 'reveal' | 'plain',
): Promise<'filled' | 'closed' | 'unopened'> {
  if (to.viewId === undefined) return 'closed';
  const view = await windowOf(memory, to.viewId);
  if (view === undefined) return 'closed';
  if (view === 'unopened') return 'unopened';
  const fill = (target: { id: string; hash?: string }): Promise<unknown> =>
    how === 'reveal'
      ? messenger.revealInModal(target, modal)
      : messenger.updateModal(target, modal);
  try {
    await fill(view);
    return 'filled';
  } catch (error) {
    if (!isFaultCode(error, 'view_gone')) throw error;
  }
  // The hash differs when an earlier try of this job has filled it: then it is still theirs to fill.
  try {
    await fill({ id: view.id });
    return 'filled';
  } catch (error) {
    if (!isFaultCode(error, 'view_gone')) throw error;
    log.info({ job: to.job }, 'the window was closed before it was filled');
    return 'closed';
  }
}

const windowWaitMs = 4_000;
const windowLookMs = 50;

/** The window opens while the job already runs; Slack opens none later than three seconds after the click. */
async function windowOf(memory: SlackMemory, job: string): Promise<ModalView | undefined> {
  const until = performance.now() + windowWaitMs;
  for (;;) {
    const view = await memory.modal(job);
    if (view !== undefined || performance.now() > until) return view;
    await after(windowLookMs);
  }
}

/** A next action that is a command anyone may give becomes a button. */
function buttonFor(next: string | undefined) {
  const found = /`\/llmgw ((key|status|help)(?: --gateway [a-z0-9-]+)?)`/.exec(next ?? '');
  const [, value, command] = found ?? [];
  if (value === undefined || command === undefined) return [];
  return [{ label: buttonLabels[command] ?? 'Help', action: `command.${command}`, value }];
}

const buttonLabels: Readonly<Record<string, string>> = {
  key: 'Get a key',
  status: 'Show status',
  help: 'Help',
};
