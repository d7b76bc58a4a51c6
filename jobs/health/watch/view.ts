// Notices for channels that asked for them: incidents, leases, and what runs came to; and the words about subscriptions. Pure.
import { commandCode, guidanceMrkdwn } from '../../../src/slack/messages/commands.ts';
import { guidanceText } from '../../../src/kernel/guidance.ts';
import { z } from 'zod';
import { codec, plainName } from '../../../src/slack/messages/codec.ts';
import { type Notice, type NoticeEvent, noticeEvents } from './notices.ts';
import { sentence } from '../../../src/slack/messages/fault.ts';
import {
  type MessageButton,
  type Message,
  actions,
  context,
  section,
} from '../../../src/slack/messages/message.ts';
import {
  type Mrkdwn,
  mrkdwn,
  escapeText,
  code,
  moment,
  mention,
  joined,
  spoken,
  duration,
  channelLink,
} from '../../../src/slack/messages/mrkdwn.ts';

type IncidentNotice = Extract<Notice, { causes: unknown }>;
type LeaseNotice = Extract<Notice, { event: 'lease' }>;

export function noticeMessage(notice: Notice): Message {
  const gateway = code(notice.gateway);
  switch (notice.event) {
    case 'ready': {
      const text = mrkdwn`The gateway ${gateway} is ready and protected (run ${code(notice.run)}).`;
      return told(notice, mrkdwn`:large_green_circle: *Ready.* ${text}`, {
        next: mrkdwn`${commandCode('key', notice.gateway)} for a key of your own`,
      });
    }
    case 'failed': {
      const text = mrkdwn`The run ${code(notice.run)} (${escapeText(notice.runbook)}) of the gateway ${gateway} failed.`;
      return told(notice, mrkdwn`:x: *Failed.* ${text}`, {
        next: mrkdwn`its card says why; ${commandCode(`retry ${notice.run}`)} goes on from there`,
      });
    }
    case 'gone':
      return told(notice, mrkdwn`:white_circle: *Gone.* ${goneText(notice.run, gateway)}`, {
        next: mrkdwn`an operator brings it up again with ${commandCode('provision', notice.gateway)}`,
      });
    case 'lease':
      return leaseMessage(notice);
    case 'degraded':
    case 'protection':
      return incidentMessage(notice);
  }
}

/** For a person, in the place of a channel in which nothing can be written any more. */
export function noticeInstead(notice: Notice, lost: string): Message {
  const message = noticeMessage(notice);
  const why = mrkdwn`I cannot write in ${channelLink(lost)} any more, so it is told nothing from now on. *Next:* type ${commandCode('notify here')} in another channel.`;
  return { ...message, blocks: [...message.blocks, context(why)] };
}

function goneText(run: string | undefined, gateway: Mrkdwn): Mrkdwn {
  return run === undefined
    ? mrkdwn`The cluster of the gateway ${gateway} is no longer there, and no run of mine took it away.`
    : mrkdwn`The gateway ${gateway} was torn down by the run ${code(run)}.`;
}

interface Ending {
  readonly next?: Mrkdwn;
  readonly buttons?: readonly MessageButton[];
  readonly more?: readonly Mrkdwn[];
}

function told(notice: Notice, text: Mrkdwn, { next, buttons = [], more = [] }: Ending): Message {
  const under = [
    ...(next === undefined ? [] : [mrkdwn`Next: ${next}`]),
    moment(notice.at),
    escapeText(notice.id),
  ];
  return {
    text: spoken(text),
    blocks: [
      section(text),
      ...more.map((words) => section(words)),
      ...(buttons.length === 0 ? [] : [actions(buttons)]),
      context(joined(under, ' · ')),
    ],
  };
}

function incidentMessage(notice: IncidentNotice): Message {
  const { causes, over, repairing, at } = notice;
  const gateway = code(notice.gateway);
  const last = guidanceText(causes.at(-1)?.text ?? '', notice.gateway);
  const broken =
    notice.event === 'protection'
      ? mrkdwn`:rotating_light: *Protection broken.* Requests may reach the gateway ${gateway} without a key.`
      : mrkdwn`:large_orange_circle: *Degraded.* The gateway ${gateway} is not as it should be.`;
  const more = causes.length < 2 ? [] : [history(notice)];
  if (over === undefined) {
    const repairSentence =
      repairing === undefined ? '' : mrkdwn` The run ${code(repairing)} is mending it.`;
    return told(notice, mrkdwn`${broken} ${sentence(last)}${repairSentence}`, {
      more,
      ...(repairing === undefined
        ? { next: mrkdwn`*Repair* mends what differs`, buttons: repairButtons(notice.gateway) }
        : {}),
    });
  }
  const lasted = mrkdwn`after ${duration(over.at - at)}`;
  switch (over.how) {
    case 'recovered': {
      const text = mrkdwn`:large_green_circle: *Recovered* ${lasted}. The gateway ${gateway} is in order again. It was: ${sentence(last)}`;
      return told(notice, text, { more });
    }
    case 'worse':
      return told(
        notice,
        mrkdwn`${broken} ${sentence(last)} *It got worse* ${lasted}: a message of its own tells.`,
        { more },
      );
    case 'gone':
      return told(
        notice,
        mrkdwn`:white_circle: *Over* ${lasted}: the gateway ${gateway} is gone. It was: ${sentence(last)}`,
        { more },
      );
  }
}

function history({ causes, gateway }: IncidentNotice): Mrkdwn {
  return joined(
    causes.map(({ at, text }) => mrkdwn`${moment(at)}: ${sentence(guidanceText(text, gateway))}`),
    '\n',
  );
}

function repairButtons(gateway: string): MessageButton[] {
  return [
    {
      label: 'Repair',
      action: 'command.provision',
      value: `provision ${gateway}`,
      style: 'primary',
    },
    { label: 'Doctor', action: 'command.doctor', value: `doctor ${gateway}` },
  ];
}

/** The end that a warning named, ms since the epoch. */
export const endingLease = codec(z.object({ gateway: plainName, until: z.coerce.number() }));

function leaseMessage(notice: LeaseNotice): Message {
  const { until, extendMs, over, at } = notice;
  const gateway = code(notice.gateway);
  if (over === undefined && notice.lapsed !== undefined) {
    const { message, next = '' } = notice.lapsed;
    const text = mrkdwn`:warning: *Lease over, not torn down.* The time of the gateway ${gateway} is up, and it goes on running. ${sentence(message)}`;
    return told(notice, text, { next: guidanceMrkdwn(next, notice.gateway) });
  }
  if (over === undefined) {
    const left = duration(Math.max(0, until - at));
    const text = mrkdwn`:hourglass_flowing_sand: *Lease ending.* The gateway ${gateway} is torn down in about ${left}, ${moment(until)}.`;
    return told(notice, text, {
      next: mrkdwn`an operator presses *Extend* if it is still needed`,
      buttons: [
        {
          label: `Extend by ${duration(extendMs)}`,
          action: 'lease.extend',
          value: endingLease.write({ gateway: notice.gateway, until }),
          style: 'primary',
        },
      ],
    });
  }
  if (over.how === 'extended') return told(notice, extendedText(notice.gateway, over), {});
  if (over.how === 'lapsed') {
    const text = mrkdwn`:white_circle: *Lease over.* The gateway ${gateway} was not torn down.`;
    return told(notice, text, {});
  }
  const run = over.run === undefined ? '' : mrkdwn` The run ${code(over.run)} tears it down.`;
  return told(
    notice,
    mrkdwn`:white_circle: *Lease over.* The time of the gateway ${gateway} is up.${run}`,
    {},
  );
}

export function extendedText(
  gateway: string,
  { until, by }: { readonly until: number; readonly by: string },
): Mrkdwn {
  return mrkdwn`:white_check_mark: *Lease extended* by ${mention(by)}: the gateway ${code(gateway)} stands until ${moment(until)}.`;
}

const eventWords: Readonly<Record<NoticeEvent, string>> = {
  ready: 'a gateway is ready',
  failed: 'a run failed',
  degraded: 'a gateway is not as it should be, and when it has recovered',
  protection: 'requests may pass without a key, and when that is mended',
  lease: 'a lease is about to end',
  gone: 'a gateway was torn down, or is no longer there',
};

/** What a channel is told of, one line an event. */
export function eventLines(events: readonly NoticeEvent[]): Mrkdwn {
  const told = noticeEvents.filter((event) => events.includes(event));
  return joined(
    told.map((event) => mrkdwn`• ${code(event)}: ${escapeText(eventWords[event])}`),
    '\n',
  );
}
