// The buttons of keys: each looks again at whose key it is.
import type { keyPayload } from './payload.ts';
import type { z } from 'zod';
import type { HandlerContext, Reply } from '../../src/slack/dispatch/command.ts';
import { gatewayNamed } from '../../src/slack/dispatch/gateway-choice.ts';
import { jobId } from '../../src/slack/dispatch/job-id.ts';
import { openJobWindow } from '../../src/slack/dispatch/job-window.ts';
import { fromOtherVersion, refusal } from '../../src/slack/dispatch/refusals.ts';
import { loadingKeyModal, revealedKey } from './view.ts';
import { revokedKey } from './news-view.ts';
import { type Message, accepted, say } from '../../src/slack/messages/message.ts';
import {
  answered,
  type ActionHandlers,
  type ActionRequest,
  shown,
} from '../../src/slack/dispatch/action.ts';
import { mrkdwn } from '../../src/slack/messages/mrkdwn.ts';

export const keyActions: ActionHandlers = {
  'key.reveal': {
    isAudited: true,
    handle: async (request, ctx) => shown(await request.once(() => reveal(request, ctx)), 'silent'),
  },
  'key.revoke': {
    isAudited: true,
    handle: async (request, ctx) => answered(await request.once(() => revoke(request, ctx))),
  },
};

/** Whoever presses sees their own key: the job takes the person from the click. */
async function reveal(call: ActionRequest, ctx: HandlerContext): Promise<Reply> {
  const { by, delivery, deadline, triggerId, value, view } = call;
  const job = jobId('key', delivery);
  const asked = revealedKey.read(value);
  if (asked === undefined) return { message: unreadable(job) };
  const gateway = gatewayNamed(ctx, asked.gateway);
  const payload: z.input<typeof keyPayload> = {
    gateway: gateway.name,
    action: 'reveal',
    app: asked.app,
    to: { ...by, job, threadTs: call.threadTs, seenBy: 'asker', viewId: job },
  };
  deadline.begin();
  await ctx.queues.enqueue('key', payload, job, by);
  const window = async (): Promise<void> => {
    if (view === undefined) {
      if (triggerId !== undefined) await openJobWindow(ctx, triggerId, job, loadingKeyModal(job));
      return;
    }
    const { hash } = await ctx.messenger.updateModal(view, loadingKeyModal(job));
    await ctx.memory.saveModal(job, { id: view.id, hash });
  };
  const message = say(mrkdwn`Your key appears in a window.`, { mark: accepted(job) });
  return { message, after: window, opens: true };
}

/** The owner's own word, or an operator's, looked at again now. */
async function revoke(call: ActionRequest, ctx: HandlerContext): Promise<Reply> {
  const { by, delivery, deadline, threadTs, value } = call;
  const job = jobId('key', delivery);
  const asked = revokedKey.read(value);
  if (asked === undefined) return { message: unreadable(job) };
  const { owner, app } = asked;
  const verdict =
    owner === by.user ? { allowed: true as const } : await ctx.permissions.may('operator', by);
  if (!verdict.allowed) return { message: refusal(verdict.sentence, job) };
  const payload: z.input<typeof keyPayload> = {
    gateway: gatewayNamed(ctx, asked.gateway).name,
    action: 'revoke',
    app,
    owner: owner === by.user ? undefined : owner,
    isConfirmed: true,
    to: { ...by, job, threadTs, seenBy: 'asker' },
  };
  deadline.begin();
  await ctx.queues.enqueue('key', payload, job, by);
  return {
    message: say(mrkdwn`Revoking the key; you see here when it is done.`, { mark: accepted(job) }),
  };
}

const unreadable = (job: string): Message =>
  refusal(fromOtherVersion('button'), job, mrkdwn`Not now.`);
