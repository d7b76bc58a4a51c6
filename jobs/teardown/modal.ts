// Teardown confirmation modal: opened by an action, decided by its submission.
import { jobId } from '../../src/slack/dispatch/job-id.ts';
import type { ModalRequest } from '../../src/slack/dispatch/action.ts';
import type { HandlerContext, Reply } from '../../src/slack/dispatch/command.ts';
import { previewFirst, teardownRunbook } from './command.ts';
import {
  type Submission,
  type SubmissionReply,
  type SubmissionSubject,
  type SubmissionRequest,
  closed,
} from '../../src/slack/dispatch/submission.ts';
import { gatewayNamed } from '../../src/slack/dispatch/gateway-choice.ts';
import { startedText, cardPlace, noPlace } from '../provision/modal.ts';
import { startRun } from '../runs/start-run.ts';
import type { Who } from '../../src/engine/journal.ts';
import { fieldsInLine } from '../../src/slack/messages/codec.ts';
import { refusal, outdated } from '../../src/slack/dispatch/refusals.ts';
import { accepted, say } from '../../src/slack/messages/message.ts';
import { askedTeardown, teardownModalIds, teardownModal } from './view.ts';
import { mrkdwn, code } from '../../src/slack/messages/mrkdwn.ts';

/** The question stays, so the modal can be opened again. */
export async function openTeardownModal(
  ctx: HandlerContext,
  { by, value, triggerId, delivery }: ModalRequest,
): Promise<Reply> {
  const job = jobId('click', delivery);
  const verdict = await ctx.permissions.may('operator', by, { isFresh: true });
  if (!verdict.allowed) return { message: refusal(verdict.sentence, job) };
  const asked = askedTeardown.read(value);
  if (asked === undefined || triggerId === undefined) {
    return { message: outdated('button', job) };
  }
  const modal = teardownModal({ ...asked, channel: by.channel });
  return {
    message: say(mrkdwn`Type the gateway name in the modal to confirm.`, {
      mark: accepted(asked.runId),
    }),
    opens: true,
    after: async () => void (await ctx.messenger.openModal(triggerId, modal)),
  };
}

export async function submitTeardown(
  given: SubmissionRequest,
  ctx: HandlerContext,
): Promise<SubmissionReply> {
  const { user, metadata, values, viewId, deadline, job } = given;
  const asked = askedTeardown.read(metadata);
  if (asked === undefined) return closed({ message: outdated('modal', job) });
  const by = { user, channel: asked.channel ?? user };
  const verdict = await ctx.permissions.may('operator', by, { isFresh: true });
  if (!verdict.allowed) return closed({ message: refusal(verdict.sentence, job) });
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
    return closed({ message: refusal(text, job, mrkdwn`Nothing started.`) });
  }
  if (ctx.requiresApproval.includes(teardownRunbook)) {
    const to = { ...shownIn, job: runId };
    const payload = { gateway: target, removeApps, isRequested: true, to };
    const reply = await previewFirst(ctx, { deadline, delivery: viewId }, payload);
    return closeWith(ctx, given, shownIn, reply);
  }
  const reply = await startRun(ctx, deadline, {
    runId,
    runbook: teardownRunbook,
    target,
    input: { removeApps },
    by: shownIn,
  });
  return closeWith(ctx, given, shownIn, reply);
}

/** Beside the question, or on the person's Home. */
function closeWith(
  ctx: HandlerContext,
  { user, metadata }: Submission,
  by: Who,
  reply: Reply,
): SubmissionReply {
  if (askedTeardown.read(metadata)?.channel !== undefined) return closed(reply, by);
  const { message } = reply;
  const isWaiting = ctx.requiresApproval.includes(teardownRunbook);
  const notice = isWaiting
    ? message.text
    : mrkdwn`Teardown started: run ${code(message.mark?.job ?? '')}. ${startedText(by)}`;
  const after = () =>
    ctx.handlers.home.refresh(ctx, user, { notice, isMeanwhileShown: () => true });
  return closed({ message, after });
}

export function auditTeardown(metadata: string): SubmissionSubject {
  const { channel, runId } = askedTeardown.read(metadata) ?? {};
  return { on: fieldsInLine(metadata), channel, job: runId };
}
