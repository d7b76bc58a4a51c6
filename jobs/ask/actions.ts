// Actions of a question and its answer.
import type { AskHandlerContext } from './handler-context.ts';
import { retryAsk, stopAsk } from './stop-and-retry.ts';
import { openAskModal, openEditModal } from './modal.ts';
import { scheduledAskCodec } from './answer/fault-view.ts';
import { gatewayNamed } from '../../src/slack/dispatch/gateway-choice.ts';
import { jobId } from '../../src/slack/dispatch/job-id.ts';
import { outdated } from '../../src/slack/dispatch/refusals.ts';
import {
  type ActionHandler,
  type ActionHandlers,
  shown,
  modalReply,
} from '../../src/slack/dispatch/action.ts';

/** Its value names the gateway; that of earlier versions is empty. */
const write: ActionHandler<AskHandlerContext> = {
  isAudited: false,
  handle: async (request, ctx) => {
    const gateway = request.value === '' ? undefined : gatewayNamed(ctx, request.value).name;
    return modalReply(openAskModal(ctx, { ...request, value: '' }, gateway));
  },
};

export const askActions: ActionHandlers<AskHandlerContext> = {
  'ask.write': write,
  'ask.more': {
    isAudited: false,
    handle: async (request, ctx) => modalReply(openAskModal(ctx, request)),
  },
  'ask.edit': {
    isAudited: false,
    handle: async (request, ctx) => modalReply(openEditModal(ctx, request)),
  },
  'ask.stop': { isAudited: false, handle: (request, ctx) => stopAsk(ctx, request) },
  'ask.retry': {
    isAudited: false,
    handle: async (request, ctx) =>
      shown(await request.once(() => retryAsk(ctx, request, request.value)), 'add'),
  },
  'ask.later': {
    isAudited: false,
    handle: async (request, ctx) => {
      const later = scheduledAskCodec.read(request.value);
      if (later === undefined) {
        const message = outdated('button', jobId('click', request.delivery));
        return { message, how: 'add' };
      }
      const { job, at } = later;
      return shown(await request.once(() => retryAsk(ctx, request, job, { notBefore: at })), 'add');
    },
  },
  'ask.own-model': {
    isAudited: false,
    handle: async (request, ctx) =>
      shown(
        await request.once(() => retryAsk(ctx, request, request.value, { ownModel: true })),
        'add',
      ),
  },
};
