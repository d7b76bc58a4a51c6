// Quota request modal: its opening and its submission.
import { commandCode } from '../../src/slack/messages/commands.ts';
import type { quotaRequestPayload } from './payload.ts';
import type { z } from 'zod';
import type { Addressee } from '../../src/job/addressee.ts';
import { formatLimit, notMore } from './quota-request.ts';
import { formatQuota } from '../../src/kernel/quota-window.ts';
import { effectiveGateway, lastOptions, toQuota } from '../../src/gateway/options.ts';
import type { Quota } from '../../src/kernel/config.ts';
import { type Fault, LlmgwError } from '../../src/kernel/errors.ts';
import type { Who } from '../../src/engine/journal.ts';
import type { HandlerContext, Reply } from '../../src/slack/dispatch/command.ts';
import { readLimit } from './arguments.ts';
import type { Deadline } from '../../src/slack/dispatch/deadline.ts';
import { gatewayNamed } from '../../src/slack/dispatch/gateway-choice.ts';
import { jobId } from '../../src/slack/dispatch/job-id.ts';
import { outdated } from '../../src/slack/dispatch/refusals.ts';
import {
  type SubmissionReply,
  type SubmissionSubject,
  type SubmissionRequest,
  closed,
} from '../../src/slack/dispatch/submission.ts';
import { accepted, outcome, say } from '../../src/slack/messages/message.ts';
import { askedQuota, quotaRequestModalIds, quotaModal, whyChars } from './request-view.ts';
import { cutText } from '../../src/kernel/text.ts';
import { mrkdwn, code } from '../../src/slack/messages/mrkdwn.ts';

export interface QuotaModalRequest {
  readonly by: Who;
  readonly delivery: string;
  readonly triggerId: string | undefined;
  /** The gateway's name; empty for the default one. */
  readonly value: string;
}

/** Open to everyone, as operators decide. @throws invalid/unknown_gateway */
export function openQuotaRequest(ctx: HandlerContext, request: QuotaModalRequest): Reply {
  const { by, delivery, triggerId, value } = request;
  const gateway = gatewayNamed(ctx, value === '' ? 'default' : value);
  const job = jobId('quota', delivery);
  if (triggerId === undefined) {
    const text = mrkdwn`Name the limit: ${commandCode('quota request 20/minute', gateway.name)}, followed by the reason.`;
    return { message: say(text, { mark: outcome('refused', job) }) };
  }
  return {
    message: say(mrkdwn`Enter the limit in the modal.`, { mark: accepted(job) }),
    isPersonal: true,
    opens: true,
    after: async () => {
      const quota = await presentQuota(ctx, gateway.name);
      const modal = quotaModal({
        gateway: gateway.name,
        now: formatQuota(quota),
        suggested: formatLimit(doubled(quota)),
        channel: by.channel,
      });
      await ctx.messenger.openModal(triggerId, modal);
    },
  };
}

const doubled = (quota: Quota): Quota => ({ ...quota, limit: quota.limit * 2 });

export async function submitQuotaRequest(
  { user, metadata, values, deadline, job }: SubmissionRequest,
  ctx: HandlerContext,
): Promise<SubmissionReply> {
  const asked = askedQuota.read(metadata);
  if (asked === undefined) return closed({ message: outdated('modal', job) });
  const { gateway, channel } = asked;
  const { desired, why } = quotaRequestModalIds;
  const limit = readLimit(values[desired] ?? '');
  if ('problem' in limit) {
    const text = `${limit.problem} ${limit.next}`.replaceAll('`', '');
    return { how: 'errors', errors: { [desired]: text } };
  }
  const by = { user, channel };
  const tooLittle = await whyNotMore(ctx, gateway, limit.words);
  if (tooLittle !== undefined) {
    return { how: 'errors', errors: { [desired]: tooLittle.message } };
  }
  const reply = await requestQuota(ctx, deadline, {
    by,
    to: { ...by, job, seenBy: 'asker' },
    job,
    gateway: gatewayNamed(ctx, gateway).name,
    desired: limit.words,
    why: values[why] ?? '',
  });
  return closed(reply, by);
}

export function auditRequest(metadata: string): SubmissionSubject {
  const { gateway = '', channel } = askedQuota.read(metadata) ?? {};
  return { on: gateway, channel };
}

export interface QuotaSubmission {
  readonly by: Who;
  readonly to: Addressee;
  readonly job: string;
  readonly gateway: string;
  readonly desired: string;
  /** The requester's reason; may be empty. */
  readonly why: string;
}

/** An early check; the job checks again. */
async function whyNotMore(
  ctx: HandlerContext,
  gateway: string,
  desired: string,
): Promise<Fault | undefined> {
  return notMore(gateway, toQuota(desired), await presentQuota(ctx, gateway));
}

async function presentQuota(ctx: HandlerContext, gateway: string): Promise<Quota> {
  const options = await lastOptions(ctx.store, gateway);
  return effectiveGateway(gatewayNamed(ctx, gateway), options).quota;
}

/** At least the lifetime of a question. */
const whyKeptMs = 7 * 86_400_000;

export async function requestQuota(
  ctx: HandlerContext,
  deadline: Deadline,
  { by, to, job, gateway, desired, why }: QuotaSubmission,
): Promise<Reply> {
  const tooLittle = await whyNotMore(ctx, gateway, desired);
  if (tooLittle !== undefined) throw new LlmgwError(tooLittle);
  const reason = cutText(why.trim(), whyChars);
  const payload: z.input<typeof quotaRequestPayload> = {
    gateway,
    action: 'ask',
    owner: by.user,
    desired,
    ...(reason === '' ? {} : { why: `why-${job}` }),
    to,
  };
  const isOperator = (await ctx.permissions.may('operator', by)).allowed;
  deadline.begin();
  if (reason !== '') await ctx.texts.keep(`why-${job}`, reason, whyKeptMs);
  await ctx.queues.enqueue('quota-request', payload, job, by);
  const how = ctx.requiresApproval.includes('provision')
    ? ' (needs another operator’s approval)'
    : '';
  const own = isOperator
    ? mrkdwn` As an operator, you can also run ${commandCode(`quota set ${desired}`, gateway)}${how}.`
    : '';
  const text = mrkdwn`Requesting ${code(desired)} on gateway ${code(gateway)}. The confirmation appears here.${own}`;
  return { message: say(text, { mark: accepted(job) }) };
}
