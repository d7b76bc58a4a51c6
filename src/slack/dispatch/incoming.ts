// Schemas of Slack's deliveries: only the used fields.
import { z } from 'zod';

export const slashCommand = z.object({
  command: z.string(),
  text: z.string().default(''),
  user_id: z.string(),
  channel_id: z.string(),
  trigger_id: z.string(),
  response_url: z.string().optional(),
});

export const eventEnvelope = z.object({
  event_id: z.string(),
  /** Epoch seconds of the dispatch. */
  event_time: z.unknown().optional(),
  event: z.looseObject({ type: z.string() }),
});
export type EventEnvelope = z.infer<typeof eventEnvelope>;

export const blockActions = z.object({
  user: z.object({ id: z.string() }),
  channel: z.object({ id: z.string() }).optional(),
  trigger_id: z.string().optional(),
  response_url: z.string().optional(),
  container: z.object({ is_ephemeral: z.boolean().optional() }).optional(),
  message: z.object({ ts: z.string(), thread_ts: z.string().optional() }).optional(),
  view: z.object({ id: z.string(), hash: z.string(), type: z.string() }).optional(),
  actions: z
    .array(
      z.object({
        action_id: z.string(),
        value: z.string().default(''),
        action_ts: z.string(),
      }),
    )
    .min(1),
});
export type BlockActions = z.infer<typeof blockActions>;

/** A message shortcut. */
export const messageAction = z.object({
  callback_id: z.string(),
  trigger_id: z.string(),
  user: z.object({ id: z.string() }),
  channel: z.object({ id: z.string() }),
  message: z.object({
    ts: z.string(),
    thread_ts: z.string().optional(),
    text: z.string().default(''),
    blocks: z.array(z.looseObject({ type: z.string(), text: z.unknown().optional() })).default([]),
    attachments: z.array(z.unknown()).default([]),
  }),
});
export type MessageAction = z.infer<typeof messageAction>;

export const homeOpened = z.object({ user: z.string() });

export const sessionStopped = z.object({
  channel: z.string(),
  thread_ts: z.string(),
  user: z.string(),
  streaming_message_ts: z
    .array(z.string())
    .nullish()
    .transform((streams) => streams ?? []),
});
export type SessionStopped = z.infer<typeof sessionStopped>;

const chosen = z.object({ value: z.string() });
/** Value of a modal's field: text, or the chosen values, separated by commas. */
const field = z
  .looseObject({
    value: z.string().nullish(),
    selected_option: chosen.nullish(),
    selected_options: z.array(chosen).nullish(),
    selected_conversation: z.string().nullish(),
  })
  .transform((given) => {
    const { value, selected_option: one, selected_options: several } = given;
    const words = several?.map((each) => each.value).join(',');
    return { value: value ?? one?.value ?? words ?? given.selected_conversation ?? '' };
  });

export const viewSubmission = z.object({
  user: z.object({ id: z.string() }),
  view: z.object({
    id: z.string(),
    callback_id: z.string().default(''),
    private_metadata: z.string().default(''),
    state: z
      .object({
        values: z.record(z.string(), z.record(z.string(), field)),
      })
      .default({ values: {} }),
  }),
});
export type ViewSubmission = z.infer<typeof viewSubmission>;

/** The text after the bot's mention; after the first mention while the bot's own id is unknown. */
export function afterMention(text: string, botUserId: string | undefined): string {
  const id = botUserId ?? '[UW][A-Z0-9]+';
  const match = new RegExp(`<@${id}(?:\\|[^>]*)?>`).exec(text);
  return match === null ? text : text.slice(match.index + match[0].length);
}

/** Whether the bot is mentioned; while its own id is unknown, whether anybody is. */
export function mentions(text: string, botUserId: string | undefined): boolean {
  return new RegExp(`<@${botUserId ?? '[UW][A-Z0-9]+'}(?:\\|[^>]*)?>`).test(text);
}
