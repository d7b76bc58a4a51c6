// Server-Sent Events: a notification after each change of the workspace.
import type { FastifyReply } from 'fastify';
import type { Workspace } from './workspace.ts';

const COALESCE_MS = 30;
const HEARTBEAT_MS = 15_000;

/** Reports only that something changed: each person reads the change on their own screen. */
export function streamChanges(ws: Workspace, reply: FastifyReply): void {
  reply.hijack();
  const { raw } = reply;
  raw.writeHead(200, {
    'content-type': 'text/event-stream',
    'cache-control': 'no-cache',
    connection: 'keep-alive',
  });
  let revision = 0;
  let pending: NodeJS.Timeout | undefined;
  const tell = (): void => {
    pending = undefined;
    revision += 1;
    raw.write(`event: change\ndata: {"revision":${revision}}\n\n`);
  };
  const unsubscribe = ws.ctx.onChange((service) => {
    if (service === 'slack') pending ??= setTimeout(tell, COALESCE_MS);
  });
  const heartbeat = setInterval(() => raw.write(': still here\n\n'), HEARTBEAT_MS);
  raw.on('close', () => {
    unsubscribe();
    clearTimeout(pending);
    clearInterval(heartbeat);
  });
  tell();
}
