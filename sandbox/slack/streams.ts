// Streamed messages: five-minute lifetime, 12,000 bytes; chunks of text, tasks, plans, blocks.
import { z } from 'zod';
import { acceptMessageBlocks } from './blocks/accept-blocks.ts';
import { type StoredBlock, wordsOf } from './blocks/stored-block.ts';
import type { CallArguments } from './call-arguments.ts';
import { Refusal, invalidArguments } from './refusal.ts';
import type { Message, Person } from './state.ts';
import type { Workspace } from './workspace.ts';

export const STREAM_LIFETIME_MS = 5 * 60_000;
/** Measured by others: in UTF-8, since the start of the stream. */
const MAX_BYTES = 12_000;

export function isStreaming(ws: Workspace, message: Message): boolean {
  return message.stream?.open === true && ws.now() - message.stream.startedAt < STREAM_LIFETIME_MS;
}

/** In a channel only the recipient sees a stream grow: others see its first chunk until its end (measured by others). */
export function shownTo(
  ws: Workspace,
  person: Pick<Person, 'id'>,
  message: Message,
): Pick<Message, 'text' | 'blocks'> {
  const { recipient, first } = message.stream ?? {};
  const isHidden = recipient !== undefined && recipient !== person.id && isStreaming(ws, message);
  return isHidden ? (first ?? message) : message;
}

/** Slack itself ends a stream when a person presses its Stop. */
export function stopStream({ stream }: Message): void {
  if (stream !== undefined) Object.assign(stream, { open: false, isStopped: true });
}

const task = z.object({
  type: z.literal('task_update'),
  id: z.string().min(1),
  title: z.string().min(1),
  status: z.enum(['pending', 'in_progress', 'complete', 'error']),
  details: z.string().optional(),
  output: z.string().optional(),
  sources: z.array(z.unknown()).optional(),
});
const chunk = z.discriminatedUnion('type', [
  z.object({ type: z.literal('markdown_text'), text: z.string() }),
  z.object({ type: z.literal('plan_update'), title: z.string().min(1) }),
  z.object({ type: z.literal('blocks'), blocks: z.array(z.unknown()).max(50) }),
  task,
]);

/** Adds an append or stop call's content. @throws Refusal invalid_chunks, msg_too_long, invalid_blocks */
export function appendToStream(ws: Workspace, message: Message, args: CallArguments): void {
  const sent = z.array(chunk).safeParse(args.json('chunks', 'invalid_chunks') ?? []);
  if (!sent.success) throw new Refusal('invalid_chunks');
  const chunks = [...sent.data];
  const markdown = args.text('markdown_text') ?? '';
  if (markdown !== '') chunks.unshift({ type: 'markdown_text', text: markdown });
  const added = chunks.reduce(
    (sum, each) => sum + (each.type === 'markdown_text' ? Buffer.byteLength(each.text) : 0),
    0,
  );
  const stream = message.stream;
  if (stream === undefined) throw new Refusal('message_not_in_streaming_state');
  if (stream.bytes + added > MAX_BYTES) throw new Refusal('msg_too_long');
  for (const each of chunks) applyChunk(ws, message, each);
  stream.bytes += added;
}

function applyChunk(ws: Workspace, message: Message, each: z.infer<typeof chunk>): void {
  switch (each.type) {
    case 'markdown_text':
      appendMarkdown(ws, message, each.text);
      return;
    case 'plan_update':
      planOf(ws, message)['title'] = each.title;
      return;
    case 'blocks':
      message.blocks.push(...acceptMessageBlocks(each.blocks, () => ws.newId('b')));
      return;
    case 'task_update': {
      const plan = planOf(ws, message);
      const tasks = (plan['tasks'] ??= []) as Record<string, unknown>[];
      const { id, title, status, sources, details, output } = each;
      const card = {
        type: 'task_card',
        task_id: id,
        title,
        status,
        ...(sources === undefined ? {} : { sources }),
        ...(details === undefined ? {} : { details: asRichText(details) }),
        ...(output === undefined ? {} : { output: asRichText(output) }),
      };
      const place = tasks.findIndex((known) => known['task_id'] === id);
      if (place === -1) tasks.push(card);
      else tasks[place] = { ...tasks[place], ...card };
    }
  }
}

function appendMarkdown(ws: Workspace, message: Message, text: string): void {
  message.text += text;
  const last = message.blocks.at(-1);
  if (last?.type === 'markdown') last.text = `${wordsOf(last.text)}${text}`;
  else message.blocks.push({ type: 'markdown', block_id: ws.newId('b'), text });
}

function planOf(ws: Workspace, message: Message): StoredBlock {
  const found = message.blocks.find((each) => each.type === 'plan');
  if (found !== undefined) return found;
  const plan: StoredBlock = { type: 'plan', block_id: ws.newId('b'), title: '', tasks: [] };
  message.blocks.unshift(plan);
  return plan;
}

function asRichText(text: string): Record<string, unknown> {
  return {
    type: 'rich_text',
    elements: [{ type: 'rich_text_section', elements: [{ type: 'text', text }] }],
  };
}

/** @throws Refusal invalid_arguments without text and chunks */
export function needStreamContent(args: CallArguments): void {
  if (args.has('markdown_text') || args.has('chunks')) return;
  throw invalidArguments('missing required field: markdown_text');
}
