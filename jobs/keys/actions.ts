// Actions on keys: Reveal and Revoke.
import type { keyPayload } from './payload.ts';
import type { z } from 'zod';
import type { HandlerContext, Reply } from '../../src/slack/dispatch/command.ts';
import { gatewayNamed } from '../../src/slack/dispatch/gateway-choice.ts';
import { jobId } from '../../src/slack/dispatch/job-id.ts';
import { openJobModal } from '../../src/slack/dispatch/job-modal.ts';
import { refusal, outdated } from '../../src/slack/dispatch/refusals.ts';
import { loadingKeyModal, revealedKey } from './view.ts';
import { revokedKey } from './news-view.ts';
import { accepted, outcome, say } from '../../src/slack/messages/message.ts';
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
  'key.keep': {
    isAudited: false,
    handle: async ({ value: job }) => {
      const text = mrkdwn`Cancelled. Nothing changed.`;
      return { message: say(text, { mark: outcome('refused', job) }), how: 'replace' };
    },
  },
  'key.revoke': {
    isAudited: true,
    handle: async (request, ctx) => answered(await request.once(() => revoke(request, ctx))),
  },
};

/** The owner is the person who clicked: no button value can name another. */
async function reveal(call: ActionRequest, ctx: HandlerContext): Promise<Reply> {
  const { by, delivery, deadline, triggerId, value, view } = call;
  const job = jobId('key', delivery);
  const asked = revealedKey.read(value);
  if (asked === undefined) return { message: outdated('button', job) };
  const gateway = gatewayNamed(ctx, asked.gateway);
  const payload: z.input<typeof keyPayload> = {
    gateway: gateway.name,
    action: 'reveal',
    app: asked.app,
    to: { ...by, job, threadTs: call.threadTs, seenBy: 'asker', viewId: job },
  };
  deadline.begin();
  await ctx.queues.enqueue('key', payload, job, by);
  const openModal = async (): Promise<void> => {
    if (view === undefined) {
      if (triggerId !== undefined) await openJobModal(ctx, triggerId, job, loadingKeyModal(job));
      return;
    }
    const { hash } = await ctx.messenger.updateModal(view, loadingKeyModal(job));
    await ctx.memory.saveModal(job, { id: view.id, hash });
  };
  const message = say(mrkdwn`Loading your key.`, { mark: accepted(job) });
  return { message, after: openModal, opens: true };
}

/** For the owner and for operators, checked again now. */
async function revoke(call: ActionRequest, ctx: HandlerContext): Promise<Reply> {
  const { by, delivery, deadline, threadTs, value } = call;
  const job = jobId('key', delivery);
  const asked = revokedKey.read(value);
  if (asked === undefined) return { message: outdated('button', job) };
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
    message: say(mrkdwn`Revoking the key. The result appears here.`, { mark: accepted(job) }),
  };
}
