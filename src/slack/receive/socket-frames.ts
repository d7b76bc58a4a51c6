// Guard of Socket Mode frames: an incomplete one would end the process.
import type { SocketModeReceiver } from '@slack/bolt';
import { z } from 'zod';
import { parseJson } from '../../kernel/json.ts';
import type { Log } from '../../kernel/log.ts';

const envelope = { envelope_id: z.string().min(1) };
const frame = z.discriminatedUnion('type', [
  z.looseObject({ type: z.literal('hello') }),
  z.looseObject({ type: z.literal('disconnect'), reason: z.string().optional().catch(undefined) }),
  z.looseObject({
    type: z.literal('events_api'),
    ...envelope,
    payload: z.looseObject({ event: z.looseObject({ type: z.string() }) }),
  }),
  z.looseObject({
    type: z.enum(['slash_commands', 'interactive']),
    ...envelope,
    payload: z.looseObject({}),
  }),
]);

interface FrameListeners {
  readonly log: Log;
  /** Slack's reason for a close that it announces; the library hides it. */
  readonly onDisconnect: (reason: string | undefined) => void;
}

/** The type of a frame is also an event name of the client: only documented types pass. */
export function guardFrames(
  client: SocketModeReceiver['client'],
  { log, onDisconnect }: FrameListeners,
): void {
  const readers = client.listeners('ws_message');
  client.removeAllListeners('ws_message');
  client.on('ws_message', (data: unknown, isBinary: unknown) => {
    const { data: read } = frame.safeParse(parseJson(String(data)));
    if (read === undefined) return log.warn({}, 'socket frame malformed');
    if (read.type === 'disconnect') onDisconnect(read.reason);
    for (const reader of readers) Reflect.apply(reader, client, [data, isBinary]);
  });
}
