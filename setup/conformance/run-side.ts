// One side in a separate process, as Google's libraries take credentials from the process.
import { fork } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import type { Finding } from './check.ts';
import type { Recording } from './compare/recording.ts';
import type { FromRecorder, Likeness, Order, RunStep, ToRecorder } from './recorder/messages.ts';

export interface SideResult {
  readonly recordings: Recording[];
  readonly findings: Map<string, Finding>;
  readonly steps: RunStep[];
  likeness: Likeness | undefined;
  isStanding: boolean;
  /** The reason why nothing could be checked. */
  refused: string | undefined;
  /** All checks are complete, or the stop was orderly. */
  isWhole: boolean;
}

export const emptySide = (): SideResult => ({
  recordings: [],
  findings: new Map(),
  steps: [],
  likeness: undefined,
  isStanding: false,
  refused: undefined,
  isWhole: false,
});

const entry = fileURLToPath(new URL('recorder/main.ts', import.meta.url));

/** @param signal stops it; the result then holds the recordings until the throw-away gateway's end. */
export function runSide(
  order: Order,
  given: {
    readonly env: Readonly<Record<string, string | undefined>>;
    readonly onProgress: (text: string) => void;
    readonly signal: AbortSignal;
  },
): Promise<SideResult> {
  const result = emptySide();
  const recorder = fork(entry, {
    env: given.env,
    // Its libraries' warnings are no part of the report, and may hold secrets.
    stdio: ['ignore', 'ignore', 'ignore', 'ipc'],
  });
  recorder.on('message', (message: FromRecorder) => note(result, message, given.onProgress));
  const send = (message: ToRecorder): void => {
    if (recorder.connected) recorder.send(message);
  };
  const stop = (): void => send({ type: 'stop' });
  send({ type: 'start', order });
  given.signal.addEventListener('abort', stop, { once: true });
  if (given.signal.aborted) stop();
  return new Promise((resolve, reject) => {
    recorder.once('error', reject);
    recorder.once('exit', () => {
      given.signal.removeEventListener('abort', stop);
      resolve(result);
    });
  });
}

function note(result: SideResult, message: FromRecorder, onProgress: (text: string) => void): void {
  switch (message.type) {
    case 'progress':
      return onProgress(message.text);
    case 'recording':
      return void result.recordings.push(message.recording);
    case 'finding':
      return void result.findings.set(message.check, message.finding);
    case 'step':
      return void result.steps.push(message.step);
    case 'likeness':
      result.likeness = message.likeness;
      return;
    case 'standing':
      result.isStanding = message.isStanding;
      return;
    case 'refused':
      result.refused = message.message;
      return;
    case 'done':
      result.isWhole = true;
  }
}
