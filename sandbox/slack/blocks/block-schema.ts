// Schemas of Block Kit's blocks, with Slack's limits, by surface.
import { z } from 'zod';
import {
  button,
  contextActions,
  inputs,
  overflow,
  pickers,
  richTextInput,
  selects,
  urlSource,
} from './block-elements.ts';
import { richText } from './rich-text.ts';
import { anyText, blockId, imageElement, imageFields, mrkdwn, plainText } from './text-limits.ts';

const actions = z.strictObject({
  type: z.literal('actions'),
  block_id: blockId,
  elements: z
    .array(z.discriminatedUnion('type', [button, overflow, richTextInput, ...selects, ...pickers]))
    .min(1)
    .max(25),
});

const section = z
  .strictObject({
    type: z.literal('section'),
    block_id: blockId,
    text: anyText(3000).optional(),
    fields: z.array(anyText(2000)).min(1).max(10).optional(),
    accessory: z
      .discriminatedUnion('type', [button, overflow, imageElement, ...selects, ...pickers])
      .optional(),
    expand: z.boolean().optional(),
  })
  .refine((block) => block.text !== undefined || block.fields !== undefined, {
    message: 'missing required field: text',
  });

const header = z.strictObject({
  type: z.literal('header'),
  block_id: blockId,
  text: plainText(150),
});

const context = z.strictObject({
  type: z.literal('context'),
  block_id: blockId,
  elements: z
    .array(z.discriminatedUnion('type', [imageElement, plainText(3000), mrkdwn(3000)]))
    .min(1)
    .max(10),
});

const divider = z.strictObject({ type: z.literal('divider'), block_id: blockId });

const image = z
  .strictObject({
    type: z.literal('image'),
    block_id: blockId,
    ...imageFields,
    title: plainText(2000).optional(),
  })
  .refine((block) => block.image_url !== undefined || block.slack_file !== undefined, {
    message: 'missing required field: image_url',
  });

const input = z.strictObject({
  type: z.literal('input'),
  block_id: blockId,
  label: plainText(2000),
  hint: plainText(2000).optional(),
  optional: z.boolean().optional(),
  dispatch_action: z.boolean().optional(),
  element: z.discriminatedUnion('type', [...inputs, ...selects, ...pickers]),
});

const cell = z.discriminatedUnion('type', [
  richText,
  z.strictObject({ type: z.literal('raw_text'), text: z.string().min(1) }),
  z.strictObject({ type: z.literal('raw_number'), value: z.number(), text: z.string().min(1) }),
]);

const table = z.strictObject({
  type: z.literal('table'),
  block_id: blockId,
  rows: z.array(z.array(cell).min(1).max(20)).min(1).max(100),
  column_settings: z
    .array(
      z
        .strictObject({
          align: z.enum(['left', 'center', 'right']).optional(),
          is_wrapped: z.boolean().optional(),
        })
        .nullable(),
    )
    .max(20)
    .optional(),
});

const dataTable = z.strictObject({
  type: z.literal('data_table'),
  block_id: blockId,
  caption: z.string().min(1),
  rows: z.array(z.array(cell).min(1).max(20)).min(1).max(201),
  page_size: z.number().int().min(1).max(100).optional(),
  row_header_column_index: z.number().int().min(0).max(19).optional(),
});

const markdown = z.strictObject({
  type: z.literal('markdown'),
  block_id: blockId,
  text: z.string().min(1).max(12_000),
});

const taskCard = z.strictObject({
  type: z.literal('task_card'),
  block_id: blockId,
  task_id: z.string().min(1).max(255),
  title: z.string().min(1),
  status: z.enum(['pending', 'in_progress', 'complete', 'error']),
  details: richText.optional(),
  output: richText.optional(),
  sources: z.array(urlSource).optional(),
});

const plan = z.strictObject({
  type: z.literal('plan'),
  block_id: blockId,
  title: z.string().min(1),
  tasks: z.array(taskCard).max(50).optional(),
});

const alert = z.strictObject({
  type: z.literal('alert'),
  block_id: blockId,
  text: anyText(200),
  level: z.enum(['default', 'info', 'warning', 'error', 'success']).optional(),
});

const card = z
  .strictObject({
    type: z.literal('card'),
    block_id: blockId,
    hero_image: imageElement.optional(),
    icon: imageElement.optional(),
    title: anyText(150).optional(),
    subtitle: anyText(150).optional(),
    body: anyText(200).optional(),
    subtext: anyText(200).optional(),
    actions: z.array(button).min(1).max(3).optional(),
  })
  .refine((block) => block.hero_image ?? block.title ?? block.actions ?? block.body, {
    message: 'missing required field: title',
  });

const carousel = z.strictObject({
  type: z.literal('carousel'),
  block_id: blockId,
  elements: z.array(card).min(1).max(10),
});

const contextActionsBlock = z.strictObject({
  type: z.literal('context_actions'),
  block_id: blockId,
  elements: z.array(z.discriminatedUnion('type', contextActions)).min(1).max(5),
});

const container = z.strictObject({
  type: z.literal('container'),
  block_id: blockId,
  title: plainText(150).optional(),
  rich_text_title: richText.optional(),
  subtitle: anyText(150).optional(),
  child_blocks: z
    .array(
      z.discriminatedUnion('type', [
        actions,
        context,
        divider,
        header,
        image,
        input,
        richText,
        section,
        table,
      ]),
    )
    .max(10),
  width: z.enum(['narrow', 'standard', 'wide', 'full']).optional(),
  icon: imageElement.optional(),
  is_collapsible: z.boolean().optional(),
  default_collapsed: z.boolean().optional(),
  has_header_divider: z.boolean().optional(),
});

const everywhere = [actions, section, header, context, divider, image, input, richText] as const;

/** An app cannot send `file` blocks, and `video` needs an unfurl domain: Slack rejects both. */
export const messageBlock = z.discriminatedUnion('type', [
  ...everywhere,
  table,
  dataTable,
  markdown,
  taskCard,
  plan,
  alert,
  card,
  carousel,
  container,
  contextActionsBlock,
]);
export const viewBlock = z.discriminatedUnion('type', [...everywhere, alert, card, container]);
