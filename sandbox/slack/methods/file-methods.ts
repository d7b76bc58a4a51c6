// files.getUploadURLExternal, completeUploadExternal and info; the upload is a separate route.
import { z } from 'zod';
import { openChannelOfBot } from '../channel-access.ts';
import { readThreadTs } from '../message-content.ts';
import { Refusal, invalidArguments } from '../refusal.ts';
import { readyAt } from '../shown-files.ts';
import { newUpload, sharedFile } from '../uploads.ts';
import type { WebMethod } from '../web-method.ts';
import { addMessage } from '../workspace.ts';

/** Slack's reference of files.getUploadURLExternal. */
const MAX_ALT_TEXT = 1_000;

const completed = z.array(z.object({ id: z.string(), title: z.string().optional() })).min(1);

const getUrl: WebMethod = {
  name: 'files.getUploadURLExternal',
  tier: 4,
  scopes: ['files:write'],
  token: 'bot',
  call: (args, ws) => {
    const name = args.required('filename');
    if ((args.text('alt_txt') ?? '').length > MAX_ALT_TEXT) throw new Refusal('alt_txt_too_large');
    if (args.number('length', 0) <= 0) throw invalidArguments('missing required field: length');
    const { id } = newUpload(ws, name);
    return { upload_url: `${ws.ctx.baseUrl}/slack/upload/${id}`, file_id: id };
  },
};

const complete: WebMethod = {
  name: 'files.completeUploadExternal',
  tier: 4,
  scopes: ['files:write'],
  token: 'bot',
  call: (args, ws) => {
    const asked = completed.safeParse(args.json('files'));
    if (!asked.success) throw invalidArguments('missing required field: files');
    const files = asked.data.map(({ id, title }) => {
      const file = ws.uploads.byId[id];
      if (file === undefined || file.base64 === '') throw new Refusal('file_not_found');
      file.title = title ?? file.name;
      file.readyAt ??= readyAt(ws);
      return file;
    });
    if (args.has('channel_id')) {
      const message = addMessage(ws, {
        channel: openChannelOfBot(ws, args.required('channel_id')).id,
        user: ws.app.botUser,
        text: args.text('initial_comment') ?? '',
        threadTs: readThreadTs(args),
      });
      message.files = files.map(sharedFile);
      ws.changed();
    }
    return { files: files.map(({ id, title }) => ({ id, title })) };
  },
};

const info: WebMethod = {
  name: 'files.info',
  tier: 4,
  scopes: ['files:read'],
  token: 'bot',
  call: (args, ws) => {
    const file = ws.uploads.byId[args.required('file')];
    if (file === undefined) throw new Refusal('file_not_found');
    const { id, name, title, mimetype } = file;
    const { size, content } = sharedFile(file);
    const shown = Object.values(ws.state.messages)
      .flat()
      .filter(({ files = [] }) => files.some((each) => each.id === id));
    const address = `${ws.ctx.baseUrl}/_sandbox/slack/files/${id}`;
    return {
      file: {
        id,
        name,
        title,
        mimetype,
        size,
        mode: 'hosted',
        is_external: false,
        user: shown[0]?.user ?? ws.app.botUser,
        channels: [...new Set(shown.map(({ channel }) => channel))],
        url_private: address,
        url_private_download: address,
      },
      ...(content === '' ? {} : { content, is_truncated: false }),
      comments: [],
      response_metadata: { next_cursor: '' },
    };
  },
};

export const fileMethods: readonly WebMethod[] = [getUrl, complete, info];
