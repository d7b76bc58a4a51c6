// `notify` command: the events that are posted in this channel.
import { commandCode } from '../../../src/slack/messages/commands.ts';
import type { WatchHandlerContext } from './handler-context.ts';
import { type NoticeEvent, noticeEvents } from './notices.ts';
import { jobId } from '../../../src/slack/dispatch/job-id.ts';
import { outcome, say } from '../../../src/slack/messages/message.ts';
import { eventLines } from './view.ts';
import type { Command } from '../../../src/slack/dispatch/command.ts';
import { type Mrkdwn, mrkdwn, escapeText, code } from '../../../src/slack/messages/mrkdwn.ts';

const isEvent = (word: string): word is NoticeEvent =>
  (noticeEvents as readonly string[]).includes(word);

export const notify: Command<WatchHandlerContext> = {
  name: 'notify',
  summary: 'Choose the events that are posted in this channel',
  example: 'notify failed degraded protection',
  usage: `notify [here | off | ${noticeEvents.join(' ')}]`,
  help: '`here` posts all events, `off` none, and names only those. Without arguments, shows the current setting.',
  permission: 'operator',
  isPublic: true,
  hasEffect: true,
  options: {},
  argument: { kind: 'words', max: noticeEvents.length, allowed: ['here', 'off', ...noticeEvents] },
  run: async ({ by, delivery, typed, deadline }, { subscriptions }) => {
    const job = jobId('notify', delivery);
    const words = typed.words.map((word) => word.toLowerCase());
    if (words.length === 0) {
      const text = mrkdwn`${settingText(await subscriptions.of(by.channel))}\n*Next:* Run ${commandCode('notify here')} for all events, ${commandCode('notify off')} for none, or name events: ${escapeText(noticeEvents.join(', '))}.`;
      return { message: say(text, { mark: outcome('ok', job) }) };
    }
    const keyword = words.find((word) => !isEvent(word));
    if (keyword !== undefined && words.length > 1) {
      const text = mrkdwn`${code(keyword)} can't be combined with events. *Next:* Run ${commandCode('notify here')}, ${commandCode('notify off')}, or name events only.`;
      return { message: say(text, { mark: outcome('refused', job) }) };
    }
    const events = keyword === 'here' ? [...noticeEvents] : words.filter(isEvent);
    deadline.begin();
    await subscriptions.set(by.channel, events, by.user);
    return { message: say(settingText(events), { mark: outcome('ok', job) }) };
  },
};

function settingText(events: readonly NoticeEvent[]): Mrkdwn {
  return events.length === 0
    ? mrkdwn`Notifications are off in this channel.`
    : mrkdwn`This channel gets a message for these events:\n${eventLines(events)}`;
}
