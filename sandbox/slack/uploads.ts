// Uploaded files: bytes outside the workspace's state, and routes to write and read them.
import { extname } from 'node:path';
import type { FastifyInstance } from 'fastify';
import type { Workspace } from './workspace.ts';

export interface Upload {
  readonly id: string;
  readonly name: string;
  title: string;
  readonly mimetype: string;
  base64: string;
  /** Time from which blocks may show it, ms since the epoch; absent until the upload completes. */
  readyAt?: number;
}

/** A file in its message form; `content` is the text of a text file, '' for any other. */
export interface SharedFile {
  readonly id: string;
  readonly name: string;
  readonly mimetype: string;
  readonly size: number;
  readonly content: string;
}

export interface Uploads {
  byId: Record<string, Upload>;
}

const MAX_UPLOAD_BYTES = 10 * 1024 * 1024;
/** Above this number the oldest are dropped: a bound for long runs. */
const MAX_KEPT = 200;

const mimetypes: Readonly<Record<string, string>> = {
  '.png': 'image/png',
  '.jpg': 'image/jpeg',
  '.jpeg': 'image/jpeg',
  '.gif': 'image/gif',
  '.csv': 'text/csv',
  '.json': 'application/json',
  '.jsonl': 'application/json',
  '.md': 'text/markdown',
  '.yaml': 'text/yaml',
  '.yml': 'text/yaml',
  '.log': 'text/plain',
  '.txt': 'text/plain',
};

export function newUpload(ws: Workspace, name: string): Upload {
  const id = ws.newId('F');
  const mimetype = mimetypes[extname(name).toLowerCase()] ?? 'application/octet-stream';
  const upload = { id, name, title: name, mimetype, base64: '' };
  const { byId } = ws.uploads;
  byId[id] = upload;
  for (const old of Object.keys(byId).slice(0, -MAX_KEPT)) delete byId[old];
  ws.ctx.changed('slack-files');
  return upload;
}

export function sharedFile({ id, title, mimetype, base64 }: Upload): SharedFile {
  const bytes = Buffer.from(base64, 'base64');
  const isText = mimetype.startsWith('text/') || mimetype === 'application/json';
  return {
    id,
    name: title,
    mimetype,
    size: bytes.length,
    content: isText ? bytes.toString('utf8') : '',
  };
}

/** Upload route of the client, between the URL request and the completion. */
export function takeUploads(scope: FastifyInstance, ws: Workspace): void {
  scope.removeAllContentTypeParsers();
  scope.addContentTypeParser('*', { parseAs: 'buffer' }, (_request, body, done) => {
    done(null, body);
  });
  scope.post<{ Params: { id: string } }>(
    '/upload/:id',
    { bodyLimit: MAX_UPLOAD_BYTES },
    async (request, reply) => {
      const upload = ws.uploads.byId[request.params.id];
      if (upload === undefined) return reply.code(404).send('not found');
      const bytes = bytesOf(request.body instanceof Buffer ? request.body : Buffer.alloc(0));
      upload.base64 = bytes.toString('base64');
      ws.ctx.changed('slack-files');
      return reply.type('text/plain').send(`OK - ${bytes.length}`);
    },
  );
}

/** The client sends the bytes as a multipart form with one part; others send them directly. */
function bytesOf(body: Buffer): Buffer {
  const firstLine = body.subarray(0, Math.max(0, body.indexOf('\r\n'))).toString('latin1');
  if (!firstLine.startsWith('--')) return body;
  const from = body.indexOf('\r\n\r\n');
  const to = body.lastIndexOf(`\r\n${firstLine}--`);
  return from === -1 || to === -1 ? body : body.subarray(from + 4, to);
}

/** Download route for viewers of the workspace. */
export function serveUploads(scope: FastifyInstance, ws: Workspace): void {
  scope.get<{ Params: { id: string } }>('/files/:id', async (request, reply) => {
    const upload = ws.uploads.byId[request.params.id];
    if (upload === undefined) return reply.code(404).send('not found');
    return reply
      .type(upload.mimetype)
      .header('x-content-type-options', 'nosniff')
      .send(Buffer.from(upload.base64, 'base64'));
  });
}
