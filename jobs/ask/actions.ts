// The buttons of a question and its answer.
import type { AskDesk } from './desk.ts';
import { retryAsk, stopAsk } from './clicks.ts';
import { openAskWindow, openEditWindow } from './modal.ts';
import { askLater } from './answer/fault-view.ts';
import { gatewayNamed } from '../../src/slack/dispatch/gateway-choice.ts';
import { jobId } from '../../src/slack/dispatch/job-id.ts';
import { fromOtherVersion, refusal } from '../../src/slack/dispatch/refusals.ts';
import { type Button, type Buttons, shown } from '../../src/slack/dispatch/click.ts';

/** Its value names the gateway; that of earlier versions is empty. */
const write: Button<AskDesk> = {
  isAudited: false,
  press: async (press, desk) => {
    const gateway = press.value === '' ? undefined : gatewayNamed(desk, press.value).name;
    return { ...openAskWindow(desk, { ...press, value: '' }, gateway), how: 'silent' };
  },
};

export const askButtons: Buttons<AskDesk> = {
  'ask.write': write,
  'ask.more': {
    isAudited: false,
    press: async (press, desk) => ({ ...openAskWindow(desk, press), how: 'silent' }),
  },
  'ask.edit': {
    isAudited: false,
    press: async (press, desk) => ({ ...openEditWindow(desk, press), how: 'silent' }),
  },
  'ask.stop': { isAudited: false, press: (press, desk) => stopAsk(desk, press) },
  'ask.retry': {
    isAudited: false,
    press: async (press, desk) =>
      shown(await press.once(() => retryAsk(desk, press, press.value)), 'add'),
  },
  'ask.later': {
    isAudited: false,
    press: async (press, desk) => {
      const later = askLater.read(press.value);
      if (later === undefined) {
        const message = refusal(fromOtherVersion('button'), jobId('click', press.delivery));
        return { message, how: 'add' };
      }
      const { job, at } = later;
      return shown(await press.once(() => retryAsk(desk, press, job, { notBefore: at })), 'add');
    },
  },
  'ask.own-model': {
    isAudited: false,
    press: async (press, desk) =>
      shown(await press.once(() => retryAsk(desk, press, press.value, { ownModel: true })), 'add'),
  },
};
