// Quota modal of Home: its submission runs `quota set`.
import type { HomeHandlerContext } from './handler-context.ts';
import { answerCommand } from '../../src/slack/dispatch/answer-command.ts';
import type { ActionCall } from '../../src/slack/dispatch/action.ts';
import type { Reply } from '../../src/slack/dispatch/command.ts';
import { gatewayNamed } from '../../src/slack/dispatch/gateway-choice.ts';
import { jobId } from '../../src/slack/dispatch/job-id.ts';
import type { SubmissionReply, SubmissionRequest } from '../../src/slack/dispatch/submission.ts';
import { quotaModalIds, quotaModal } from './modal-view.ts';
import { refusal } from '../../src/slack/dispatch/refusals.ts';
import { accepted, say } from '../../src/slack/messages/message.ts';
import { mrkdwn } from '../../src/slack/messages/mrkdwn.ts';

export async function openQuotaModal(
  ctx: HomeHandlerContext,
  { by, value, delivery, triggerId }: ActionCall,
): Promise<Reply> {
  const job = jobId('click', delivery);
  const verdict = await ctx.permissions.may('operator', by);
  if (!verdict.allowed) return { message: refusal(verdict.sentence, job) };
  return {
    message: say(mrkdwn`Loading the quota settings.`, { mark: accepted(job) }),
    opens: true,
    after: async () => {
      if (triggerId === undefined) return;
      await ctx.messenger.openModal(triggerId, quotaModal(gatewayNamed(ctx, value).name));
    },
  };
}

/** The command's answer takes the place of the modal. */
export async function submitQuota(
  { user, viewId, values, metadata: gateway, deadline }: SubmissionRequest,
  ctx: HomeHandlerContext,
): Promise<SubmissionReply> {
  const typed = values[quotaModalIds.block]?.trim() ?? '';
  if (!/^[\w/]+$/.test(typed)) {
    return { how: 'errors', errors: { [quotaModalIds.block]: 'Enter a quota such as 20/minute.' } };
  }
  deadline.begin();
  const reply = await answerCommand(
    `quota set ${typed} --gateway ${gateway}`,
    {
      by: { user, channel: user },
      via: 'click',
      threadTs: undefined,
      triggerId: undefined,
      delivery: viewId,
      inModal: true,
    },
    ctx,
  );
  return { ...reply, how: 'replace' };
}
