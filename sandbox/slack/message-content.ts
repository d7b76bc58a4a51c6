// Validated content of an app's message: text, blocks, attachments, markdown, metadata.
import { z } from 'zod';
import { acceptMessageBlocks } from './blocks/accept-blocks.ts';
import type { StoredBlock } from './blocks/stored-block.ts';
import type { CallArguments } from './call-arguments.ts';
import { Refusal, invalidArguments } from './refusal.ts';
import type { MessageMetadata } from './state.ts';
import { needShownFiles } from './shown-files.ts';
import type { Workspace } from './workspace.ts';

export const MAX_TEXT = 40_000;
export const MAX_UPDATE_TEXT = 4_000;
const MAX_MARKDOWN = 12_000;
const MAX_ATTACHMENTS = 100;
/** Slack keeps about 4,000 bytes of metadata per message. */
const MAX_METADATA_BYTES = 4_000;

export interface Content {
  readonly text: string | undefined;
  readonly blocks: StoredBlock[] | undefined;
  readonly attachments: unknown[] | undefined;
}

/** @throws Refusal invalid_blocks, invalid_blocks_format, msg_too_long, too_many_attachments, markdown_text_conflict */
export function readContent(args: CallArguments, ws: Workspace): Content {
  const markdown = args.text('markdown_text');
  const blocks = args.json('blocks', 'invalid_blocks_format');
  const attachments = args.json('attachments', 'invalid_attachments');
  if (markdown !== undefined && markdown !== '') {
    if (args.has('text') || args.has('blocks')) throw new Refusal('markdown_text_conflict');
    if (markdown.length > MAX_MARKDOWN) throw new Refusal('msg_too_long');
  }
  if (Array.isArray(attachments) && attachments.length > MAX_ATTACHMENTS) {
    throw new Refusal('too_many_attachments');
  }
  const accepted =
    blocks === undefined
      ? markdownAsBlocks(markdown, ws)
      : acceptMessageBlocks(blocks, () => ws.newId('b'));
  needShownFiles(ws, accepted ?? [], { root: '/blocks', code: 'invalid_blocks' });
  return {
    text: args.text('text') ?? markdown,
    blocks: accepted,
    attachments: Array.isArray(attachments) ? attachments : undefined,
  };
}

function markdownAsBlocks(markdown: string | undefined, ws: Workspace): StoredBlock[] | undefined {
  if (markdown === undefined || markdown === '') return undefined;
  return [{ type: 'markdown', block_id: ws.newId('b'), text: markdown }];
}

/** @throws Refusal no_text for an empty message */
export function needContent(content: Content): void {
  const isEmpty =
    (content.text ?? '') === '' &&
    (content.blocks ?? []).length === 0 &&
    (content.attachments ?? []).length === 0;
  if (isEmpty) throw new Refusal('no_text');
}

const metadata = z.object({
  event_type: z.string().min(1).max(255),
  event_payload: z.record(z.string(), z.unknown()),
});

/** Undefined when it is absent; an empty object clears it. @throws Refusal invalid_metadata_format, metadata_too_large */
export function readMetadata(args: CallArguments): MessageMetadata | 'clear' | undefined {
  const sent = args.json('metadata', 'invalid_metadata_format');
  if (sent === undefined) return undefined;
  if (typeof sent === 'object' && sent !== null && Object.keys(sent).length === 0) return 'clear';
  const read = metadata.safeParse(sent);
  if (!read.success) throw new Refusal('invalid_metadata_format');
  if (Buffer.byteLength(JSON.stringify(read.data)) > MAX_METADATA_BYTES) {
    throw new Refusal('metadata_too_large');
  }
  // Slack answers ok and drops it: https://github.com/slackapi/bolt-python/issues/863
  return /^[A-Za-z0-9_]+$/.test(read.data.event_type) ? read.data : undefined;
}

/** Slack accepts a timestamp as text only in its own form. */
export function readThreadTs(args: CallArguments): string | undefined {
  const ts = args.text('thread_ts');
  if (ts === undefined || ts === '') return undefined;
  if (!/^\d+\.\d{1,6}$/.test(ts)) throw invalidArguments('thread_ts is not a timestamp');
  return ts;
}
