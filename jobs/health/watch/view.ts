// Notice messages: incidents, leases and runs; and event descriptions. Pure.
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
  duration,
  channelLink,
} from '../../../src/slack/messages/mrkdwn.ts';

type IncidentNotice = Extract<Notice, { causes: unknown }>;
type LeaseNotice = Extract<Notice, { event: 'lease' }>;

export function noticeMessage(notice: Notice): Message {
  const gateway = code(notice.gateway);
  switch (notice.event) {
    case 'ready': {
      const text = mrkdwn`${gateway} is up and protected.`;
      return told(notice, mrkdwn`:large_green_circle: *Gateway ready.* ${text}`, {
        next: mrkdwn`Run ${commandCode('key', notice.gateway)} to get a key`,
        run: notice.run,
      });
    }
    case 'failed': {
      const text = mrkdwn`The ${escapeText(notice.runbook)} run of ${gateway} failed.`;
      return told(notice, mrkdwn`:x: *Run failed.* ${text}`, {
        next: mrkdwn`See the cause on the run's card, then run ${commandCode(`retry ${notice.run}`)}`,
        run: notice.run,
      });
    }
    case 'gone':
      return told(notice, mrkdwn`:white_circle: ${goneText(notice.run, gateway)}`, {
        next: mrkdwn`Run ${commandCode('provision', notice.gateway)} to create it again`,
        run: notice.run,
      });
    case 'lease':
      return leaseMessage(notice);
    case 'degraded':
    case 'protection':
      return incidentMessage(notice);
  }
}

/** For a person, instead of a channel that the bot can no longer post in. */
export function noticeInstead(notice: Notice, lost: string): Message {
  const message = noticeMessage(notice);
  const why = mrkdwn`I can't post in ${channelLink(lost)} any more, so its notifications are off. *Next:* Run ${commandCode('notify here')} in another channel.`;
  return { ...message, blocks: [...message.blocks, context(why)] };
}

function goneText(run: string | undefined, gateway: Mrkdwn): Mrkdwn {
  return run === undefined
    ? mrkdwn`*Cluster missing.* The cluster of ${gateway} no longer exists, and no llmgw run deleted it.`
    : mrkdwn`*Gateway torn down.* ${gateway} no longer exists.`;
}

interface Ending {
  readonly next?: Mrkdwn;
  readonly buttons?: readonly MessageButton[];
  readonly more?: readonly Mrkdwn[];
  /** Its id is for the context line. */
  readonly run?: string | undefined;
}

function told(
  notice: Notice,
  text: Mrkdwn,
  { next, buttons = [], more = [], run }: Ending,
): Message {
  const under = [
    ...(next === undefined ? [] : [mrkdwn`Next: ${next}`]),
    moment(notice.at),
    ...(run === undefined ? [] : [mrkdwn`run ${code(run)}`]),
    escapeText(notice.id),
  ];
  return {
    text: text,
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
      ? mrkdwn`:rotating_light: *Protection broken* since ${moment(at)}. ${gateway} may accept requests without a key.`
      : mrkdwn`:large_orange_circle: *Gateway degraded* since ${moment(at)}: ${gateway}.`;
  const more = causes.length < 2 ? [] : [history(notice)];
  if (over === undefined) {
    const progress = repairing === undefined ? '' : mrkdwn` Repair is in progress.`;
    return told(notice, mrkdwn`${broken} ${sentence(last)}${progress}`, {
      more,
      run: repairing,
      ...(repairing === undefined
        ? {
            next: mrkdwn`Choose *Repair* to restore the configuration`,
            buttons: repairButtons(notice.gateway),
          }
        : {}),
    });
  }
  const lasted = mrkdwn`after ${duration(over.at - at)}`;
  switch (over.how) {
    case 'recovered': {
      const text = mrkdwn`:large_green_circle: *Gateway recovered* ${lasted}: ${gateway}. Cause: ${sentence(last)}`;
      return told(notice, text, { more });
    }
    case 'worse':
      return told(
        notice,
        mrkdwn`${broken} ${sentence(last)} *Escalated* ${lasted}: see the newer message.`,
        { more },
      );
    case 'gone':
      return told(
        notice,
        mrkdwn`:white_circle: *Incident closed* ${lasted}: ${gateway} no longer exists. Cause: ${sentence(last)}`,
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
    { label: 'Diagnose', action: 'command.doctor', value: `doctor ${gateway}` },
  ];
}

/** The end that a warning named, ms since the epoch. */
export const endingLease = codec(z.object({ gateway: plainName, until: z.coerce.number() }));

function leaseMessage(notice: LeaseNotice): Message {
  const { until, extendMs, over, at } = notice;
  const gateway = code(notice.gateway);
  if (over === undefined && notice.lapsed !== undefined) {
    const { message, next = '' } = notice.lapsed;
    const text = mrkdwn`:warning: *Lease ended, teardown blocked.* ${gateway} is still running. ${sentence(message)}`;
    return told(notice, text, { next: guidanceMrkdwn(next, notice.gateway) });
  }
  if (over === undefined) {
    const left = duration(Math.max(0, until - at));
    const text = mrkdwn`:hourglass_flowing_sand: *Lease ending.* ${gateway} is torn down in about ${left}, at ${moment(until)}.`;
    return told(notice, text, {
      next: mrkdwn`An operator can choose *Extend* to keep it`,
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
    const text = mrkdwn`:white_circle: *Lease ended.* ${gateway} was not torn down. See the newer message.`;
    return told(notice, text, {});
  }
  const text =
    over.run === undefined
      ? mrkdwn`:white_circle: *Lease ended.* ${gateway} no longer has a lease.`
      : mrkdwn`:white_circle: *Lease ended.* ${gateway} is being torn down.`;
  return told(notice, text, { run: over.run });
}

export function extendedText(
  gateway: string,
  { until, by }: { readonly until: number; readonly by: string },
): Mrkdwn {
  return mrkdwn`:white_check_mark: *Lease extended* by ${mention(by)}: ${code(gateway)} runs until ${moment(until)}.`;
}

const eventWords: Readonly<Record<NoticeEvent, string>> = {
  ready: 'a gateway is ready',
  failed: 'a run failed',
  degraded: 'a gateway is degraded, and when it recovers',
  protection: 'a gateway may accept requests without a key, and when that is fixed',
  lease: 'a lease ends soon',
  gone: 'a gateway was torn down, or its cluster is missing',
};

/** One line per event. */
export function eventLines(events: readonly NoticeEvent[]): Mrkdwn {
  const told = noticeEvents.filter((event) => events.includes(event));
  return joined(
    told.map((event) => mrkdwn`• ${code(event)}: ${escapeText(eventWords[event])}`),
    '\n',
  );
}
