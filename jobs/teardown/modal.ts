// Teardown confirmation modal: opened by an action, decided by its submission.
import { commandCode } from '../../src/slack/messages/commands.ts';
import { jobId } from '../../src/slack/dispatch/job-id.ts';
import type { ModalRequest } from '../../src/slack/dispatch/action.ts';
import type { HandlerContext, Reply } from '../../src/slack/dispatch/command.ts';
import { previewFirst, teardownRunbook } from './command.ts';
import { ackFault, type Deadline, withinDeadline } from '../../src/slack/dispatch/deadline.ts';
import type {
  Submission,
  SubmissionReply,
  SubmissionSubject,
} from '../../src/slack/dispatch/submission.ts';
import { gatewayNamed } from '../../src/slack/dispatch/gateway-choice.ts';
import { startedText, cardPlace, noPlace } from '../provision/modal.ts';
import { startRun } from '../runs/start-run.ts';
import type { Who } from '../../src/engine/journal.ts';
import { fieldsInLine } from '../../src/slack/messages/codec.ts';
import { faultText } from '../../src/slack/messages/fault.ts';
import { refusal } from '../../src/slack/dispatch/refusals.ts';
import { type Message, accepted, say } from '../../src/slack/messages/message.ts';
import { askedTeardown, teardownModalIds, teardownModal, teardownNotice } from './view.ts';
import { mrkdwn, code } from '../../src/slack/messages/mrkdwn.ts';

/** The question stays, so the modal can be opened again. */
export async function openTeardownModal(
  ctx: HandlerContext,
  { by, value, triggerId, delivery }: ModalRequest,
): Promise<Reply & { readonly opensModal: boolean }> {
  const job = jobId('click', delivery);
  const verdict = await ctx.permissions.may('operator', by, { isFresh: true });
  if (!verdict.allowed) return { message: refusal(verdict.sentence, job), opensModal: false };
  const asked = askedTeardown.read(value);
  if (asked === undefined || triggerId === undefined) {
    return { message: refusal(unreadable, job, mrkdwn`Nothing started.`), opensModal: false };
  }
  const modal = teardownModal({ ...asked, channel: by.channel });
  return {
    message: say(mrkdwn`Type the gateway name in the modal to confirm.`, {
      mark: accepted(asked.runId),
    }),
    opensModal: true,
    after: async () => void (await ctx.messenger.openModal(triggerId, modal)),
  };
}

/** Never rejects. */
export async function submitTeardown(
  given: Submission,
  ctx: HandlerContext,
): Promise<SubmissionReply> {
  try {
    return await withinDeadline((deadline) => decide(given, ctx, deadline));
  } catch (error) {
    const fault = ackFault(error);
    ctx.log.warn(
      { job: jobId('teardown', given.viewId), code: fault.code, err: error },
      'teardown submission failed',
    );
    return { how: 'notice', modal: teardownNotice(faultText(fault)) };
  }
}

async function decide(
  given: Submission,
  ctx: HandlerContext,
  deadline: Deadline,
): Promise<SubmissionReply> {
  const { user, metadata, values } = given;
  const asked = askedTeardown.read(metadata);
  if (asked === undefined) return { how: 'notice', modal: teardownNotice(unreadable) };
  const by = { user, channel: asked.channel ?? user };
  const verdict = await ctx.permissions.may('operator', by, { isFresh: true });
  if (!verdict.allowed) return { how: 'notice', modal: teardownNotice(verdict.sentence) };
  const { runId, removeApps } = asked;
  const target = gatewayNamed(ctx, asked.gateway).name;
  if (values[teardownModalIds.block]?.trim() !== target) {
    const text = `The name doesn't match. Type ${target} exactly.`;
    return { how: 'errors', errors: { [teardownModalIds.block]: text } };
  }
  const channel = await cardPlace(ctx, by, values);
  if (channel === undefined) return noPlace;
  const shownIn = { user, channel, ...(channel === by.channel ? {} : { askedIn: by.channel }) };
  if ((await ctx.store.read(runId)) !== undefined) {
    const text = mrkdwn`This teardown has already started as run ${code(runId)}.`;
    return { how: 'notice', modal: teardownNotice(text) };
  }
  if (ctx.requiresApproval.includes(teardownRunbook)) {
    const to = { ...shownIn, job: runId };
    const payload = { gateway: target, removeApps, isRequested: true, to };
    const { message } = await previewFirst(ctx, { deadline, delivery: given.viewId }, payload);
    return closeWith(ctx, given, shownIn, message);
  }
  const { message } = await startRun(ctx, deadline, {
    runId,
    runbook: teardownRunbook,
    target,
    input: { removeApps },
    by: shownIn,
  });
  return closeWith(ctx, given, shownIn, message);
}

/** Beside the question, or on the person's Home. */
function closeWith(
  ctx: HandlerContext,
  { user, metadata }: Submission,
  by: Who,
  message: Message,
): SubmissionReply {
  if (askedTeardown.read(metadata)?.channel !== undefined) {
    return { how: 'close', tells: { to: by, message } };
  }
  const isWaiting = ctx.requiresApproval.includes(teardownRunbook);
  const notice = isWaiting
    ? message.text
    : mrkdwn`Teardown started: run ${code(message.mark?.job ?? '')}. ${startedText(by)}`;
  const refresh = () =>
    ctx.handlers.home.refresh(ctx, user, { notice, isMeanwhileShown: () => true });
  return { how: 'close', after: refresh };
}

export function auditTeardown(metadata: string): SubmissionSubject {
  const { channel, runId } = askedTeardown.read(metadata) ?? {};
  return { on: fieldsInLine(metadata), channel, job: runId };
}

const unreadable = mrkdwn`This question is from another version of the bot. *Next:* run ${commandCode('teardown')} again.`;
