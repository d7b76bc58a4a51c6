// `notify here | off | EVENTS`: what this channel is told of the gateways.
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
  usage: `notify [here | off | ${noticeEvents.join(' ')}]`,
  help: 'what this channel is told of: all events, none, or those named; alone, it shows what is set',
  permission: 'operator',
  isPublic: true,
  hasEffect: true,
  options: {},
  argument: { kind: 'words', max: noticeEvents.length, allowed: ['here', 'off', ...noticeEvents] },
  run: async ({ by, delivery, typed, deadline }, { subscriptions }) => {
    const job = jobId('notify', delivery);
    const words = typed.words.map((word) => word.toLowerCase());
    if (words.length === 0) {
      const text = mrkdwn`${nowTold(await subscriptions.of(by.channel))} *Next:* ${commandCode('notify here')} for all, ${commandCode('notify off')} for none, or name events: ${escapeText(noticeEvents.join(', '))}.`;
      return { message: say(text, { mark: outcome('ok', job) }) };
    }
    const keyword = words.find((word) => !isEvent(word));
    if (keyword !== undefined && words.length > 1) {
      const text = mrkdwn`${code(keyword)} stands alone: *Next:* ${commandCode('notify here')}, ${commandCode('notify off')}, or events only.`;
      return { message: say(text, { mark: outcome('refused', job) }) };
    }
    const events = keyword === 'here' ? [...noticeEvents] : words.filter(isEvent);
    deadline.begin();
    await subscriptions.set(by.channel, events, by.user);
    return { message: say(nowTold(events), { mark: outcome('ok', job) }) };
  },
};

function nowTold(events: readonly NoticeEvent[]): Mrkdwn {
  return events.length === 0
    ? mrkdwn`This channel is told nothing.`
    : mrkdwn`This channel is told when\n${eventLines(events)}\nOne message each, edited as it goes on.`;
}
