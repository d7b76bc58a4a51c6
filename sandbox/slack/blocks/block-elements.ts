// Schemas of Block Kit's interactive elements, with Slack's limits.
import { z } from 'zod';
import { richText } from './rich-text.ts';
import {
  actionId,
  confirm,
  markedOption,
  optionGroup,
  plainOption,
  plainText,
} from './text-limits.ts';

const placeholder = plainText(150).optional();
const focus = { focus_on_load: z.boolean().optional() } as const;
const base = { action_id: actionId, confirm: confirm.optional() } as const;
const select = { ...base, ...focus, placeholder } as const;
const many = { ...select, max_selected_items: z.number().int().min(1).optional() } as const;
const options = z.array(plainOption).min(1).max(100).optional();
const groups = z.array(optionGroup).min(1).max(100).optional();
const filter = z
  .strictObject({
    include: z
      .array(z.enum(['im', 'mpim', 'private', 'public']))
      .min(1)
      .optional(),
    exclude_external_shared_channels: z.boolean().optional(),
    exclude_bot_users: z.boolean().optional(),
  })
  .optional();
const dispatch = {
  action_id: actionId,
  placeholder,
  ...focus,
  dispatch_action_config: z
    .strictObject({
      trigger_actions_on: z
        .array(z.enum(['on_enter_pressed', 'on_character_entered']))
        .min(1)
        .optional(),
    })
    .optional(),
} as const;

export const button = z.strictObject({
  type: z.literal('button'),
  ...base,
  text: plainText(75),
  value: z.string().max(2000).optional(),
  url: z.string().max(3000).optional(),
  style: z.enum(['primary', 'danger']).optional(),
  accessibility_label: z.string().max(75).optional(),
});

const conversations = {
  default_to_current_conversation: z.boolean().optional(),
  filter,
} as const;

export const selects = [
  z.strictObject({
    type: z.literal('static_select'),
    ...select,
    options,
    option_groups: groups,
    initial_option: plainOption.optional(),
  }),
  z.strictObject({
    type: z.literal('external_select'),
    ...select,
    initial_option: plainOption.optional(),
    min_query_length: z.number().int().optional(),
  }),
  z.strictObject({
    type: z.literal('users_select'),
    ...select,
    initial_user: z.string().optional(),
  }),
  z.strictObject({
    type: z.literal('conversations_select'),
    ...select,
    ...conversations,
    initial_conversation: z.string().optional(),
    response_url_enabled: z.boolean().optional(),
  }),
  z.strictObject({
    type: z.literal('channels_select'),
    ...select,
    initial_channel: z.string().optional(),
    response_url_enabled: z.boolean().optional(),
  }),
  z.strictObject({
    type: z.literal('multi_static_select'),
    ...many,
    options,
    option_groups: groups,
    initial_options: options,
  }),
  z.strictObject({
    type: z.literal('multi_external_select'),
    ...many,
    initial_options: options,
    min_query_length: z.number().int().optional(),
  }),
  z.strictObject({
    type: z.literal('multi_users_select'),
    ...many,
    initial_users: z.array(z.string()).optional(),
  }),
  z.strictObject({
    type: z.literal('multi_conversations_select'),
    ...many,
    ...conversations,
    initial_conversations: z.array(z.string()).optional(),
  }),
  z.strictObject({
    type: z.literal('multi_channels_select'),
    ...many,
    initial_channels: z.array(z.string()).optional(),
  }),
] as const;

export const pickers = [
  z.strictObject({
    type: z.literal('datepicker'),
    ...select,
    initial_date: z
      .string()
      .regex(/^\d{4}-\d{2}-\d{2}$/)
      .optional(),
  }),
  z.strictObject({
    type: z.literal('timepicker'),
    ...select,
    initial_time: z
      .string()
      .regex(/^\d{2}:\d{2}$/)
      .optional(),
    timezone: z.string().optional(),
  }),
  z.strictObject({
    type: z.literal('datetimepicker'),
    ...base,
    ...focus,
    initial_date_time: z.number().int().optional(),
  }),
  z.strictObject({
    type: z.literal('checkboxes'),
    ...base,
    ...focus,
    options: z.array(markedOption).min(1).max(10),
    initial_options: z.array(markedOption).min(1).max(10).optional(),
  }),
  z.strictObject({
    type: z.literal('radio_buttons'),
    ...base,
    ...focus,
    options: z.array(markedOption).min(1).max(10),
    initial_option: markedOption.optional(),
  }),
] as const;

export const overflow = z.strictObject({
  type: z.literal('overflow'),
  ...base,
  options: z.array(plainOption).min(1).max(5),
});

export const richTextInput = z.strictObject({
  type: z.literal('rich_text_input'),
  ...dispatch,
  initial_value: richText.optional(),
});

export const inputs = [
  z.strictObject({
    type: z.literal('plain_text_input'),
    ...dispatch,
    initial_value: z.string().max(3000).optional(),
    multiline: z.boolean().optional(),
    min_length: z.number().int().min(0).max(3000).optional(),
    max_length: z.number().int().min(1).max(3000).optional(),
  }),
  z.strictObject({
    type: z.literal('email_text_input'),
    ...dispatch,
    initial_value: z.string().optional(),
  }),
  z.strictObject({
    type: z.literal('url_text_input'),
    ...dispatch,
    initial_value: z.string().optional(),
  }),
  z.strictObject({
    type: z.literal('number_input'),
    ...dispatch,
    is_decimal_allowed: z.boolean(),
    initial_value: z.string().optional(),
    min_value: z.string().optional(),
    max_value: z.string().optional(),
  }),
  z.strictObject({
    type: z.literal('file_input'),
    action_id: actionId,
    filetypes: z.array(z.string()).optional(),
    max_files: z.number().int().min(1).max(10).optional(),
  }),
  richTextInput,
] as const;

const feedback = z.strictObject({
  text: plainText(75),
  value: z.string().min(1).max(2000),
  accessibility_label: z.string().max(75).optional(),
});

export const contextActions = [
  z.strictObject({
    type: z.literal('feedback_buttons'),
    action_id: actionId,
    positive_button: feedback,
    negative_button: feedback,
  }),
  z.strictObject({
    type: z.literal('icon_button'),
    ...base,
    icon: z.string().min(1),
    text: plainText(75),
    value: z.string().max(2000).optional(),
    accessibility_label: z.string().max(75).optional(),
    visible_to_user_ids: z.array(z.string()).optional(),
  }),
] as const;

export const urlSource = z.strictObject({
  type: z.literal('url'),
  url: z.string().min(1),
  text: z.string(),
  icon_url: z.string().optional(),
});
