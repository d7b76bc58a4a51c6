// The buttons of a question and its answer.
import type { AskHandlerContext } from './handler-context.ts';
import { retryAsk, stopAsk } from './stop-and-retry.ts';
import { openAskWindow, openEditWindow } from './modal.ts';
import { askLater } from './answer/fault-view.ts';
import { gatewayNamed } from '../../src/slack/dispatch/gateway-choice.ts';
import { jobId } from '../../src/slack/dispatch/job-id.ts';
import { fromOtherVersion, refusal } from '../../src/slack/dispatch/refusals.ts';
import { type ActionHandler, type ActionHandlers, shown } from '../../src/slack/dispatch/action.ts';

/** Its value names the gateway; that of earlier versions is empty. */
const write: ActionHandler<AskHandlerContext> = {
  isAudited: false,
  press: async (press, ctx) => {
    const gateway = press.value === '' ? undefined : gatewayNamed(ctx, press.value).name;
    return { ...openAskWindow(ctx, { ...press, value: '' }, gateway), how: 'silent' };
  },
};

export const askButtons: ActionHandlers<AskHandlerContext> = {
  'ask.write': write,
  'ask.more': {
    isAudited: false,
    press: async (press, ctx) => ({ ...openAskWindow(ctx, press), how: 'silent' }),
  },
  'ask.edit': {
    isAudited: false,
    press: async (press, ctx) => ({ ...openEditWindow(ctx, press), how: 'silent' }),
  },
  'ask.stop': { isAudited: false, press: (press, ctx) => stopAsk(ctx, press) },
  'ask.retry': {
    isAudited: false,
    press: async (press, ctx) =>
      shown(await press.once(() => retryAsk(ctx, press, press.value)), 'add'),
  },
  'ask.later': {
    isAudited: false,
    press: async (press, ctx) => {
      const later = askLater.read(press.value);
      if (later === undefined) {
        const message = refusal(fromOtherVersion('button'), jobId('click', press.delivery));
        return { message, how: 'add' };
      }
      const { job, at } = later;
      return shown(await press.once(() => retryAsk(ctx, press, job, { notBefore: at })), 'add');
    },
  },
  'ask.own-model': {
    isAudited: false,
    press: async (press, ctx) =>
      shown(await press.once(() => retryAsk(ctx, press, press.value, { ownModel: true })), 'add'),
  },
};
