// Command `teardown`: deletes a gateway after its name is confirmed.
import {
  type HandlerContext,
  type Command,
  type Reply,
  answersTo,
} from '../../src/slack/dispatch/command.ts';
import { provision } from '../provision/runbook.ts';
import type { teardownPayload } from './payload.ts';
import type { z } from 'zod';
import { movedSince, whereaboutsOf } from '../../src/gateway/last-provisioning.ts';
import { chosenGateway, gatewayOption } from '../../src/slack/dispatch/gateway-choice.ts';
import { jobId } from '../../src/slack/dispatch/job-id.ts';
import { typedWord } from '../../src/kernel/text.ts';
import { startRun } from '../runs/start-run.ts';
import { refusal } from '../../src/slack/dispatch/refusals.ts';
import { accepted, say, section } from '../../src/slack/messages/message.ts';
import { activeRunOf, lockedMessage } from '../../src/slack/dispatch/active-run.ts';
import { movedText } from './view.ts';
import type { Deadline } from '../../src/slack/dispatch/deadline.ts';
import { mrkdwn, escapeText, code } from '../../src/slack/messages/mrkdwn.ts';

export const teardownRunbook = 'teardown';

export const teardown: Command = {
  name: 'teardown',
  summary: 'Delete a gateway after you confirm its name',
  example: 'teardown default',
  usage: 'teardown [GATEWAY] [--remove-apps] [--confirm GATEWAY]',
  help: 'Shows what is deleted and what stays, then asks you to type the name.',
  permission: 'operator',
  isPermissionFresh: true,
  isPublic: true,
  hasEffect: true,
  options: {
    gateway: gatewayOption,
    'remove-apps': { kind: 'flag', help: 'also delete developer apps and their keys' },
    confirm: {
      kind: 'value',
      placeholder: 'GATEWAY',
      help: 'the gateway name again, to start without the question',
      pattern: /\S+/,
    },
  },
  argument: { kind: 'words', max: 1 },
  run: async (call, ctx) => {
    const { by, delivery, typed, deadline } = call;
    const gateway = chosenGateway(ctx, typed, 'named');
    const target = gateway.name;
    const runId = jobId(`${teardownRunbook}-${target}`, delivery);
    const removeApps = typed.options['remove-apps'] === true;
    const input = { removeApps };
    const { confirm } = typed.options;
    if (confirm !== undefined && confirm !== target) {
      const text = mrkdwn`${escapeText(typedWord(String(confirm)))} does not match gateway ${code(target)}, so nothing started. *Next:* repeat the name exactly.`;
      return { message: refusal(text, runId, mrkdwn`Name mismatch.`) };
    }
    const isRequested = confirm === target;
    if (isRequested && !ctx.requiresApproval.includes(teardownRunbook)) {
      const request = { runId, runbook: teardownRunbook, target, input, by };
      const { last } = await whereaboutsOf(ctx.store, target, provision.steps);
      const { message, ...reply } = await startRun(ctx, deadline, request);
      const moved = movedText(movedSince(last, gateway));
      if (moved === '') return { message, ...reply };
      return { message: { ...message, blocks: [...message.blocks, section(moved)] }, ...reply };
    }
    const active = await activeRunOf(ctx.store, target);
    if (active !== undefined) return { message: lockedMessage(active, runId) };
    const to = answersTo(call, runId);
    const payload = { gateway: target, removeApps, isRequested, to };
    return previewFirst(ctx, { deadline, delivery: call.delivery }, payload);
  },
};

/** Starts the preview; a confirmed teardown that needs an approver then asks the operators. */
export async function previewFirst(
  { queues }: HandlerContext,
  { deadline, delivery }: { readonly deadline: Deadline; readonly delivery: string },
  payload: z.input<typeof teardownPayload>,
): Promise<Reply> {
  const { gateway, isRequested, to } = payload;
  deadline.begin();
  // The preview has the run's own id, and a stale approval may lead to another request.
  const id = isRequested === true ? jobId(`${to.job}-wish`, delivery) : to.job;
  await queues.enqueue('teardown-look', payload, id, { user: to.user, channel: to.channel });
  const then =
    isRequested === true
      ? 'Another operator must approve the teardown.'
      : 'Nothing is deleted before you confirm.';
  const text = mrkdwn`Listing the resources of ${code(gateway)}. ${then}`;
  return { message: say(text, { mark: accepted(to.job) }), fills: to.job };
}
