// Guard of Socket Mode frames: an incomplete one would end the process.
import type { SocketModeReceiver } from '@slack/bolt';
import { z } from 'zod';
import { parseJson } from '../../kernel/json.ts';
import type { Log } from '../../kernel/log.ts';

const envelope = { envelope_id: z.string().min(1) };
const frame = z.discriminatedUnion('type', [
  z.looseObject({ type: z.literal('hello') }),
  z.looseObject({ type: z.literal('disconnect') }),
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

/** The type of a frame is also an event name of the client: only documented types pass. */
export function guardFrames(client: SocketModeReceiver['client'], log: Log): void {
  const readers = client.listeners('ws_message');
  client.removeAllListeners('ws_message');
  client.on('ws_message', (data: unknown, isBinary: unknown) => {
    if (!frame.safeParse(parseJson(String(data))).success) {
      return log.warn({}, 'socket frame malformed');
    }
    for (const read of readers) Reflect.apply(read, client, [data, isBinary]);
  });
}
