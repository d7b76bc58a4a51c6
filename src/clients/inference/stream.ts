// Answer as server-sent events: its growing text and its outcome.
import type { Response } from 'undici';
import type { CompletionRequest, NetworkFault } from './client.ts';
import { type Concluded, conclude } from './conclude.ts';
import { createEventReader } from './events.ts';
import { networkFault } from './fault.ts';

export async function readStream(of: {
  readonly response: Response;
  readonly startedAt: number;
  readonly request: CompletionRequest;
}): Promise<Concluded> {
  const { response, startedAt, request } = of;
  const reader = createEventReader();
  let firstTokenMs: number | undefined;
  let pieces = 0;
  let lost: NetworkFault | undefined;
  const grow = (read: () => void): void => {
    const before = reader.progress().text;
    read();
    const { text } = reader.progress();
    if (text === before) return;
    firstTokenMs ??= performance.now() - startedAt;
    pieces += 1;
    request.onText?.(text);
  };
  try {
    const decoder = new TextDecoder();
    for await (const bytes of response.body ?? []) {
      grow(() => reader.feed(decoder.decode(bytes, { stream: true })));
      if (reader.isOver()) break;
    }
    grow(() => reader.end());
  } catch (error) {
    lost = networkFault(error);
  }
  const totalMs = performance.now() - startedAt;
  return conclude(reader.progress(), {
    request,
    // An end without a finish reason was a cut, even if the connection closed normally.
    lost: lost ?? (reader.isOver() ? undefined : 'reset'),
    body: '',
    isAnswer: true,
    timing: { firstTokenMs: firstTokenMs ?? totalMs, totalMs, streamed: true, pieces },
  });
}
