// Forwarding of a request to a pod: timeouts, dying pods, silent extensions.
import type { ServerResponse } from 'node:http';
import { kinds } from '../controllers/kinds.ts';
import { isPodReady } from '../controllers/services.ts';
import { plain, sendAnswer } from './answer.ts';
import type { ChosenPod } from './backends.ts';
import type { GatewayDoor } from './door.ts';
import type { RoutedRequest } from './routing.ts';

export interface Forwarded {
  readonly request: RoutedRequest;
  readonly body: string;
  readonly response: ServerResponse;
  readonly timeoutMs: number;
  readonly pod: ChosenPod;
  /** Called before each message of the answer. */
  readonly failsOnAnswer: () => boolean;
}

type Ended = 'timed_out' | 'upstream_failed' | 'extension_failed';

/** @returns the reason for an early end; undefined when the model server finished. */
export async function forward(door: GatewayDoor, of: Forwarded): Promise<Ended | undefined> {
  const { request, body, response, pod } = of;
  const upstream = new AbortController();
  let ended: Ended | undefined;
  const end = (why: Ended): void => {
    if (ended !== undefined || response.writableEnded) return;
    ended = why;
    upstream.abort();
    const answer = why === 'timed_out' ? timedOut : connectionTerminated;
    door.trace.refuse(answer);
    // Once the client has the headers, the only option left is to close the connection.
    if (response.headersSent) response.destroy();
    else sendAnswer(response, answer);
  };
  const timer = setTimeout(() => end('timed_out'), of.timeoutMs);
  const unwatch = watchPod(door, pod.uid, () => end('upstream_failed'));
  passMessages(response, () => {
    if (of.failsOnAnswer()) end('extension_failed');
    return ended === undefined;
  });
  door.trace.reach('model');
  door.load.set(pod.uid, (door.load.get(pod.uid) ?? 0) + 1);
  try {
    const { method, path } = request;
    const asked = { method, path, body, server: pod.uid, killed: upstream.signal };
    const isWhole = await door.vllm.serve(asked, response, pod.model);
    if (!isWhole) end('upstream_failed');
  } finally {
    clearTimeout(timer);
    unwatch();
    const left = (door.load.get(pod.uid) ?? 1) - 1;
    if (left > 0) door.load.set(pod.uid, left);
    else door.load.delete(pod.uid);
  }
  return ended;
}

const timedOut = plain('timed_out', 504, 'upstream request timeout');
const connectionTerminated = plain(
  'upstream_failed',
  503,
  'upstream connect error or disconnect/reset before headers. reset reason: connection termination',
);

/** Deletion of a pod, or the end of its container, closes its connections. */
function watchPod(door: GatewayDoor, uid: string, gone: () => void): () => void {
  return door.cluster.store.onChange(({ type, object }) => {
    if (object.kind !== kinds.pod.kind || object.metadata.uid !== uid) return;
    if (type === 'DELETED' || !isPodReady(object)) gone();
  });
}

function passMessages(response: ServerResponse, passes: () => boolean): void {
  const write = response.write.bind(response) as (chunk: unknown) => boolean;
  response.write = ((chunk: unknown) => passes() && write(chunk)) as ServerResponse['write'];
}
