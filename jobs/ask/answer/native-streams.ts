// Slack message streams within their rate limits, off in workspaces without streams.
import { setTimeout as after } from 'node:timers/promises';
import { fail, toFault } from '../../../src/kernel/errors.ts';
import type { CallBudget } from '../../../src/slack/send/call-budget.ts';
import type { SlackApi } from '../../../src/slack/send/clients.ts';
import { refusesWorkspace } from '../../../src/slack/send/slack-faults.ts';
import { whenAdmitted } from '../../../src/slack/send/messenger.ts';
import type { Place } from '../../../src/slack/send/slack-memory.ts';
import type { ChannelPayload } from '../../../src/slack/send/outgoing.ts';

export interface NativeStreams {
  /** Reserves a start within Slack's limit; false when none is left or streams are unavailable. */
  reserve(): Promise<boolean>;
  /** @throws refused/no_streams; if the whole workspace has none, the next try follows after a pause. */
  start(to: { channel: string; threadTs: string; user: string }, text: string): Promise<Place>;
  /** @throws transient/rate_limited with retryAfterMs; refused/stream_over; transient/unavailable: the effect is unknown. */
  append(place: Place, text: string): Promise<void>;
  /** Waits for its turn. @throws refused/stream_over when Slack has ended it. */
  stop(
    place: Place,
    text: string,
    last?: Pick<ChannelPayload, 'blocks' | 'metadata'>,
  ): Promise<void>;
}

/** Slack's tier 2 allows 20 starts and 20 stops a minute, tier 4 allows 100 appends. */
const startsAMinute = 18;
const appends = { limit: 95, free: 30, spacingMs: 640 } as const;
const askedAgainAfterMs = 600_000;

export function createNativeStreams({
  api,
  budget,
}: {
  api: SlackApi;
  budget: CallBudget;
}): NativeStreams {
  const state: { team: Promise<string> | undefined; offUntil: number } = {
    team: undefined,
    offUntil: 0,
  };
  const team = (): Promise<string> => {
    state.team ??= api
      .call('identity', 'auth.test', {}, 'read the bot identity')
      .then(({ team_id: id }) => String(id));
    state.team.catch(() => (state.team = undefined));
    return state.team;
  };
  return {
    reserve: async () =>
      performance.now() >= state.offUntil && (await budget.reserve('streams', startsAMinute)),
    start: async ({ channel, threadTs, user }, text) => {
      const args = {
        channel,
        thread_ts: threadTs,
        // Direct messages have no other readers.
        ...(channel.startsWith('D')
          ? {}
          : { recipient_user_id: user, recipient_team_id: await team() }),
        markdown_text: text,
      };
      try {
        const { ts } = await api.call('append', 'chat.startStream', args, 'start a stream');
        return { channel, ts: String(ts) };
      } catch (error) {
        const fault = toFault(error);
        const isOurs = fault.kind === 'bug' || fault.kind === 'permanent';
        // Streams may still work for another person, thread or channel.
        if (refusesWorkspace(error)) state.offUntil = performance.now() + askedAgainAfterMs;
        throw isOurs
          ? fail('refused', 'no_streams', 'This workspace does not support message streams.', {
              cause: error,
            })
          : error;
      }
    },
    append: async (place, text) => {
      const wait = await budget.admit('appends', appends);
      if (wait > 0) {
        throw fail('transient', 'rate_limited', 'The message stream reached its rate limit.', {
          retryAfterMs: wait,
        });
      }
      await orOver(() =>
        api.call(
          'append',
          'chat.appendStream',
          { ...place, markdown_text: text },
          'append to a stream',
        ),
      );
    },
    stop: async (place, text, last) => {
      const args = { ...place, ...(text === '' ? {} : { markdown_text: text }), ...last };
      await orOver(() =>
        patiently(() =>
          whenAdmitted(() => api.call('update', 'chat.stopStream', args, 'end a stream')),
        ),
      );
    },
  };
}

/** Slack ends a stream after five minutes, and when a person clicks its Stop button. */
const overCodes = new Set([
  'message_not_in_streaming_state',
  'message_not_found',
  'message_not_owned_by_app',
  'stopped_by_user',
]);

async function orOver<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    const slack = toFault(error).details?.['slack'];
    if (typeof slack !== 'string' || !overCodes.has(slack)) throw error;
    throw fail('refused', 'stream_over', 'Slack ended the message stream.', { cause: error });
  }
}

/** No response arrived: if the stop took effect, the next try reports it. */
async function patiently<T>(work: () => Promise<T>): Promise<T> {
  for (let tries = 1; ; tries += 1) {
    try {
      return await work();
    } catch (error) {
      if (toFault(error).code !== 'unavailable' || tries >= 5) throw error;
      await after(500 * tries);
    }
  }
}
