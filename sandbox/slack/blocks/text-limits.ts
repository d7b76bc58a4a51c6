// Schemas of Slack's composition objects (text, options, confirmations, images), with Slack's limits.
import { z } from 'zod';

export const plainText = (max: number) =>
  z.strictObject({
    type: z.literal('plain_text'),
    text: z.string().min(1).max(max),
    emoji: z.boolean().optional(),
  });

export const mrkdwn = (max: number) =>
  z.strictObject({
    type: z.literal('mrkdwn'),
    text: z.string().min(1).max(max),
    verbatim: z.boolean().optional(),
  });

export const anyText = (max: number) => z.discriminatedUnion('type', [plainText(max), mrkdwn(max)]);

export const blockId = z.string().max(255).optional();
export const actionId = z.string().max(255).optional();

export const confirm = z.strictObject({
  title: plainText(100).optional(),
  text: anyText(300),
  confirm: plainText(30).optional(),
  deny: plainText(30).optional(),
  style: z.enum(['primary', 'danger']).optional(),
});

export const plainOption = z.strictObject({
  text: plainText(75),
  value: z.string().min(1).max(150),
  description: plainText(75).optional(),
  url: z.string().max(3000).optional(),
});

export const markedOption = z.strictObject({
  text: anyText(75),
  value: z.string().min(1).max(150),
  description: anyText(75).optional(),
});

export const optionGroup = z.strictObject({
  label: plainText(75),
  options: z.array(plainOption).min(1).max(100),
});

export const slackFile = z.strictObject({
  id: z.string().optional(),
  url: z.string().optional(),
});

export const imageFields = {
  image_url: z.string().max(3000).optional(),
  slack_file: slackFile.optional(),
  alt_text: z.string().min(1).max(2000),
} as const;

export const imageElement = z.strictObject({ type: z.literal('image'), ...imageFields });
