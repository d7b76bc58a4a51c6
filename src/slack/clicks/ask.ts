// The buttons of a question and its answer.
import { retryAsk, stopAsk } from '../ask/ask-clicks.ts';
import { openAskWindow, openEditWindow } from '../ask/ask-window.ts';
import { gatewayNamed } from '../gateway-choice.ts';
import { readLater } from '../views/explained-fault.ts';
import { type Button, type Buttons, shown } from './click.ts';

/** Its value names the gateway; that of earlier versions is empty. */
const write: Button = {
  isAudited: false,
  press: async (press, desk) => {
    const gateway = press.value === '' ? undefined : gatewayNamed(desk, press.value).name;
    return { ...openAskWindow(desk, { ...press, value: '' }, gateway), how: 'silent' };
  },
};

export const askButtons: Buttons = {
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
      const { job, at } = readLater(press.value);
      return shown(await press.once(() => retryAsk(desk, press, job, { notBefore: at })), 'add');
    },
  },
  'ask.own-model': {
    isAudited: false,
    press: async (press, desk) =>
      shown(await press.once(() => retryAsk(desk, press, press.value, { ownModel: true })), 'add'),
  },
};
