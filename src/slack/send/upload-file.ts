// Upload of a file: for a place, or unshared for a block.
import { fail } from '../../kernel/errors.ts';
import type { Redactor } from '../../kernel/redaction.ts';
import { shorten } from '../../kernel/text.ts';
import type { SlackApi } from './clients.ts';
import { statusFault } from './slack-faults.ts';
import { whileAnswered } from './tries.ts';
import { limits } from '../messages/limits.ts';

export interface OutgoingFile {
  /** With its extension, from which Slack derives the type: `usage.png`. */
  readonly name: string;
  readonly title: string;
  /** A string is a text: registered secrets in it are masked before the upload. */
  readonly content: string | Uint8Array;
  /** Alternative text of a picture. */
  readonly altText?: string;
}

export interface FileDestination {
  /** A channel (C…, G…) or direct messages (D…); a person's id means their direct messages. */
  readonly channel: string;
  readonly threadTs?: string | undefined;
  /** Comment with the file. */
  readonly comment?: string;
}

export interface UploadParts {
  readonly api: SlackApi;
  readonly redactor: Pick<Redactor, 'text'>;
}

/**
 * Without a destination the file is hidden until a block shows it by its id.
 * @returns Slack's id of the file.
 * @throws transient/unavailable, transient/rate_limited, refused/not_in_channel, …
 */
export async function uploadFile(
  { api, redactor }: UploadParts,
  { name, title, content, altText }: OutgoingFile,
  to?: FileDestination,
): Promise<string> {
  const bytes =
    typeof content === 'string'
      ? Buffer.from(redactor.text(content))
      : Buffer.from(Uint8Array.from(content));
  const place = await api.call(
    'files',
    'files.getUploadURLExternal',
    {
      filename: name,
      length: bytes.byteLength,
      ...(altText === undefined
        ? {}
        : { alt_txt: shorten(redactor.text(altText), limits.altText) }),
    },
    'upload a file',
  );
  await whileAnswered(() => send(String(place['upload_url']), bytes));
  const id = String(place['file_id']);
  const shared = to === undefined ? {} : await sharing(api, to);
  const files = JSON.stringify([{ id, title }]);
  await api.call('files', 'files.completeUploadExternal', { files, ...shared }, 'share a file');
  return id;
}

async function send(url: string, bytes: Buffer<ArrayBuffer>): Promise<void> {
  const response = await fetch(url, {
    method: 'POST',
    headers: { 'content-type': 'application/octet-stream' },
    body: bytes,
    signal: AbortSignal.timeout(30_000),
  }).catch((error: unknown) => {
    throw fail('transient', 'unavailable', 'Slack could not be reached with a file.', {
      cause: error,
    });
  });
  await response.body?.cancel();
  const refused = statusFault(response, 'upload a file');
  if (refused !== undefined) throw refused;
}

async function sharing(api: SlackApi, to: FileDestination): Promise<object> {
  return {
    channel_id: /^[UW]/.test(to.channel) ? await directChannel(api, to.channel) : to.channel,
    ...(to.threadTs === undefined ? {} : { thread_ts: to.threadTs }),
    ...(to.comment === undefined ? {} : { initial_comment: to.comment }),
  };
}

async function directChannel(api: SlackApi, users: string): Promise<string> {
  const opened = await api.call('files', 'conversations.open', { users }, 'open direct messages');
  const { channel } = opened;
  if (typeof channel === 'object' && channel !== null && 'id' in channel) return String(channel.id);
  throw fail('transient', 'unavailable', 'Slack opened no direct messages to put a file into.');
}
