// `teardown [gateway]`: takes a gateway away, after its name was typed: in the command for scripts, else in a window.
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
  help: 'take the gateway away; shows what goes and what stays, and asks for its name first',
  permission: 'operator',
  isPermissionFresh: true,
  isPublic: true,
  hasEffect: true,
  options: {
    gateway: gatewayOption,
    'remove-apps': { kind: 'flag', help: "removes people's apps and their keys, too" },
    confirm: {
      kind: 'value',
      placeholder: 'GATEWAY',
      help: "the gateway's name once more: starts at once, without the question",
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
      const text = mrkdwn`${escapeText(typedWord(String(confirm)))} is not the name of the gateway ${code(target)}. Nothing was started.`;
      return { message: refusal(text, runId, mrkdwn`Not confirmed.`) };
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
    const holder = await activeRunOf(ctx.store, target);
    if (holder !== undefined) return { message: lockedMessage(holder, runId) };
    const to = answersTo(call, runId);
    const wish = { gateway: target, removeApps, isRequested, to };
    return previewFirst(ctx, { deadline, delivery: call.delivery }, wish);
  },
};

/** Where another operator must approve it and the wish is clear, the look ends with asking them. */
export async function previewFirst(
  { queues }: HandlerContext,
  { deadline, delivery }: { readonly deadline: Deadline; readonly delivery: string },
  payload: z.input<typeof teardownPayload>,
): Promise<Reply> {
  const { gateway, isRequested, to } = payload;
  deadline.begin();
  // The job before the question had the run's own id; and what was stale by the time it was approved is wished again.
  const id = isRequested === true ? jobId(`${to.job}-wish`, delivery) : to.job;
  await queues.enqueue('teardown-look', payload, id, { user: to.user, channel: to.channel });
  const then =
    isRequested === true ? 'another operator is asked to approve it' : 'I ask before anything goes';
  const text = mrkdwn`Looking at what stands of the gateway ${code(gateway)}; ${then}.`;
  return { message: say(text, { mark: accepted(to.job) }), fills: to.job };
}
