// Notices for channels that asked for them: incidents, leases, and what runs came to; and the words about subscriptions. Pure.
import { type Notice, type NoticeEvent, noticeEvents } from '../../../jobs/notices.ts';
import { code, duration, escapeText, moment } from '../slack-text.ts';
import { sentence } from './fault.ts';
import { type Button, type Message, actions, context, section } from './message.ts';

type IncidentNotice = Extract<Notice, { causes: unknown }>;
type LeaseNotice = Extract<Notice, { event: 'lease' }>;

export function noticeMessage(notice: Notice): Message {
  const gateway = code(notice.gateway);
  switch (notice.event) {
    case 'ready': {
      const text = `The gateway ${gateway} is ready and protected (run ${code(notice.run)}).`;
      return told(notice, `:large_green_circle: *Ready.* ${text}`, {
        next: '`/llmgw key` for a key of your own',
      });
    }
    case 'failed': {
      const text = `The run ${code(notice.run)} (${notice.runbook}) of the gateway ${gateway} failed.`;
      return told(notice, `:x: *Failed.* ${text}`, {
        next: `its card says why; ${code(`/llmgw retry ${notice.run}`)} goes on from there`,
      });
    }
    case 'gone':
      return told(notice, `:white_circle: *Gone.* ${goneText(notice.run, gateway)}`, {
        next: 'an operator brings it up again with `/llmgw provision`',
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
  const why = `I cannot write in <#${lost}> any more, so it is told nothing from now on. *Next:* type \`/llmgw notify here\` in another channel.`;
  return { ...message, blocks: [...message.blocks, context(why)] };
}

function goneText(run: string | undefined, gateway: string): string {
  return run === undefined
    ? `The cluster of the gateway ${gateway} is no longer there, and no run of mine took it away.`
    : `The gateway ${gateway} was torn down by the run ${code(run)}.`;
}

interface Ending {
  readonly next?: string;
  readonly buttons?: readonly Button[];
  readonly more?: readonly string[];
}

function told(notice: Notice, text: string, { next, buttons = [], more = [] }: Ending): Message {
  const under = [...(next === undefined ? [] : [`Next: ${next}`]), moment(notice.at), notice.id];
  return {
    text: plain(text),
    blocks: [
      section(text),
      ...more.map((words) => section(words)),
      ...(buttons.length === 0 ? [] : [actions(buttons)]),
      context(under.join(' · ')),
    ],
  };
}

/** For screen readers and notifications: no marks, no emphasis. */
function plain(text: string): string {
  return text.replace(/^:[a-z_]+: /, '').replaceAll('*', '');
}

function incidentMessage(notice: IncidentNotice): Message {
  const { causes, over, repairing, at } = notice;
  const gateway = code(notice.gateway);
  const last = causes.at(-1)?.text ?? '';
  const broken =
    notice.event === 'protection'
      ? `:rotating_light: *Protection broken.* Requests may reach the gateway ${gateway} without a key.`
      : `:large_orange_circle: *Degraded.* The gateway ${gateway} is not as it should be.`;
  const more = causes.length < 2 ? [] : [history(causes)];
  if (over === undefined) {
    const mending = repairing === undefined ? '' : ` The run ${code(repairing)} is mending it.`;
    return told(notice, `${broken} ${sentence(last)}${mending}`, {
      more,
      ...(repairing === undefined
        ? { next: '*Repair* mends what differs', buttons: mendButtons(notice.gateway) }
        : {}),
    });
  }
  const lasted = `after ${duration(over.at - at)}`;
  switch (over.how) {
    case 'recovered': {
      const text = `:large_green_circle: *Recovered* ${lasted}. The gateway ${gateway} is in order again. It was: ${sentence(last)}`;
      return told(notice, text, { more });
    }
    case 'worse':
      return told(
        notice,
        `${broken} ${sentence(last)} *It got worse* ${lasted}: a message of its own tells.`,
        { more },
      );
    case 'gone':
      return told(
        notice,
        `:white_circle: *Over* ${lasted}: the gateway ${gateway} is gone. It was: ${sentence(last)}`,
        { more },
      );
  }
}

function history(causes: IncidentNotice['causes']): string {
  return causes.map(({ at, text }) => `${moment(at)}: ${sentence(text)}`).join('\n');
}

function mendButtons(gateway: string): Button[] {
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

function leaseMessage(notice: LeaseNotice): Message {
  const { until, extendMs, over, at } = notice;
  const gateway = code(notice.gateway);
  if (over === undefined) {
    const left = duration(Math.max(0, until - at));
    const text = `:hourglass_flowing_sand: *Lease ending.* The gateway ${gateway} is torn down in about ${left}, ${moment(until)}.`;
    return told(notice, text, {
      next: `an operator presses *Extend* if it is still needed`,
      buttons: [
        {
          label: `Extend by ${duration(extendMs)}`,
          action: 'lease.extend',
          value: `${notice.gateway} ${until}`,
          style: 'primary',
        },
      ],
    });
  }
  if (over.how === 'extended') return told(notice, extendedText(notice.gateway, over), {});
  const run = over.run === undefined ? '' : ` The run ${code(over.run)} tears it down.`;
  return told(
    notice,
    `:white_circle: *Lease over.* The time of the gateway ${gateway} is up.${run}`,
    {},
  );
}

export function extendedText(
  gateway: string,
  { until, by }: { readonly until: number; readonly by: string },
): string {
  return `:white_check_mark: *Lease extended* by <@${by}>: the gateway ${code(gateway)} stands until ${moment(until)}.`;
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
export function eventLines(events: readonly NoticeEvent[]): string {
  return noticeEvents
    .filter((event) => events.includes(event))
    .map((event) => `• ${code(event)}: ${escapeText(eventWords[event])}`)
    .join('\n');
}
