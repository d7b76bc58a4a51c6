// response_url: five posts within thirty minutes; new messages, replacements and deletions.
import { randomBytes } from 'node:crypto';
import { z } from 'zod';
import { acceptMessageBlocks } from './blocks/accept-blocks.ts';
import type { StoredBlock } from './blocks/stored-block.ts';
import { Refusal } from './refusal.ts';
import { needNoFiles, needShownFiles } from './shown-files.ts';
import { TEAM } from './state.ts';
import {
  type ResponseUrl,
  type Workspace,
  addEphemeral,
  addMessage,
  deleteMessage,
  editMessage,
  findMessage,
} from './workspace.ts';

const MAX_USES = 5;
/** Above this number the oldest is dropped: a bound for long runs. */
const MAX_KEPT = 20_000;
const LIFETIME_MS = 30 * 60_000;

export function newResponseUrl(
  ws: Workspace,
  from: Pick<ResponseUrl, 'channel' | 'user' | 'original' | 'threadTs'>,
): string {
  const id = randomBytes(12).toString('hex');
  if (ws.responseUrls.size >= MAX_KEPT) {
    ws.responseUrls.delete(ws.responseUrls.keys().next().value ?? '');
  }
  ws.responseUrls.set(id, { app: ws.app.id, ...from, expiresAt: ws.now() + LIFETIME_MS, used: 0 });
  return `${ws.ctx.baseUrl}/slack/response/${TEAM.id}/${id}`;
}

const response = z.object({
  text: z.string().optional(),
  blocks: z.unknown().optional(),
  attachments: z.array(z.unknown()).optional(),
  response_type: z.enum(['ephemeral', 'in_channel']).optional(),
  replace_original: z.union([z.boolean(), z.literal('true'), z.literal('false')]).optional(),
  delete_original: z.union([z.boolean(), z.literal('true'), z.literal('false')]).optional(),
  thread_ts: z.string().optional(),
});

type Response = z.infer<typeof response>;

/** @throws Refusal expired_url, used_url, invalid_payload, no_text, invalid_blocks */
export function respond(ws: Workspace, id: string, body: unknown): void {
  const place = ws.responseUrls.get(id);
  if (place === undefined || ws.now() > place.expiresAt) throw new Refusal('expired_url');
  if (place.used >= MAX_USES) throw new Refusal('used_url');
  const read = response.safeParse(body);
  if (!read.success) throw new Refusal('invalid_payload');
  place.used += 1;
  showResponse(ws, place, read.data);
}

/** Shows the app's answer to a command or an action, including one in the ack. @throws Refusal */
export function showResponse(ws: Workspace, place: ResponseUrl, sent: Response): void {
  if (isTrue(sent.delete_original)) {
    deleteOriginal(ws, place);
    return;
  }
  const blocks =
    sent.blocks === undefined ? [] : acceptMessageBlocks(sent.blocks, () => ws.newId('b'));
  if (sent.response_type === 'in_channel') {
    needShownFiles(ws, blocks, { root: '/blocks', code: 'invalid_blocks' });
  } else needNoFiles(blocks);
  const text = sent.text ?? '';
  if (text === '' && blocks.length === 0 && (sent.attachments ?? []).length === 0) {
    throw new Refusal('no_text');
  }
  if (isTrue(sent.replace_original) && replaceOriginal(ws, place, { text, blocks })) return;
  const threadTs = sent.thread_ts ?? place.threadTs;
  if (sent.response_type === 'in_channel') {
    const attachments = sent.attachments ?? [];
    addMessage(ws, {
      channel: place.channel,
      user: ws.app.botUser,
      text,
      blocks,
      attachments,
      threadTs,
    });
    return;
  }
  addEphemeral(ws, {
    channel: place.channel,
    to: place.user,
    from: ws.app.botUser,
    text,
    blocks,
    threadTs,
  });
}

export function readResponse(payload: unknown): Response | undefined {
  const read = response.safeParse(payload);
  return read.success ? read.data : undefined;
}

function isTrue(flag: boolean | string | undefined): boolean {
  return flag === true || flag === 'true';
}

function deleteOriginal(ws: Workspace, place: ResponseUrl): void {
  const { original } = place;
  if (original === undefined) return;
  if (original.ephemeral) {
    const at = ws.ephemerals.findIndex((each) => each.ts === original.ts);
    if (at !== -1) ws.ephemerals.splice(at, 1);
  } else {
    const message = findMessage(ws, place.channel, original.ts);
    if (message !== undefined) deleteMessage(ws, message);
  }
  ws.changed();
}

function replaceOriginal(
  ws: Workspace,
  place: ResponseUrl,
  next: { text: string; blocks: StoredBlock[] },
): boolean {
  const { original } = place;
  if (original === undefined) return false;
  if (original.ephemeral) {
    const own = ws.ephemerals.find((each) => each.ts === original.ts);
    if (own === undefined) return false;
    Object.assign(own, next);
    ws.changed();
    return true;
  }
  const message = findMessage(ws, place.channel, original.ts);
  if (message === undefined) return false;
  editMessage(ws, message, (edited) => Object.assign(edited, next));
  return true;
}
