// Chart renderer: one worker thread with a time limit.
import { fileURLToPath } from 'node:url';
import { Piscina } from 'piscina';
import type { UsageOverTime } from './report.ts';
import { threadUrl } from '../../../src/kernel/files.ts';
import type { Log } from '../../../src/kernel/log.ts';
import { type Bars, barsOf, describeUsage } from './usage-bars.ts';

export interface Picture {
  readonly png: Uint8Array;
  /** Contains every value of the chart. */
  readonly altText: string;
}

export interface Pictures {
  /** @throws Error when the thread failed, crashed or took longer than the bound. */
  drawUsage(this: void, usage: UsageOverTime): Promise<Picture>;
  /** Ends the thread; a drawing in progress fails. */
  close(this: void): Promise<void>;
}

export interface PicturesOptions {
  readonly log: Log;
  /** From the request to the picture, the wait for earlier pictures included. */
  readonly timeoutMs?: number;
  /** Module of the thread; exports `drawBars`. */
  readonly thread?: URL;
}

const drawingThread = threadUrl('jobs/quota/usage/draw-bars.ts');
/** An idle thread would keep some 80 MB. */
const idleMs = 60_000;

/** echarts and resvg hold a thread for seconds on a busy machine: on the main thread, running jobs lost their locks. */
export function createPictures(options: PicturesOptions): Pictures {
  const { log, timeoutMs = 15_000, thread = drawingThread } = options;
  const pool = new Piscina({
    filename: fileURLToPath(thread),
    name: 'drawBars',
    minThreads: 0,
    maxThreads: 1,
    idleTimeout: idleMs,
    // The thread needs none of the process's secrets.
    env: {},
    resourceLimits: { maxOldGenerationSizeMb: 256 },
  });
  pool.on('error', (err: unknown) => log.warn({ err }, 'picture thread failed'));
  const closing = new AbortController();
  // One at a time: the pool starts no new thread for tasks that were queued when one crashed.
  let last: Promise<unknown> = Promise.resolve();
  const draw = (bars: Bars): Promise<Uint8Array> => {
    const signal = AbortSignal.any([AbortSignal.timeout(timeoutMs), closing.signal]);
    const drawn = last.then(() => pool.run(bars, { signal }) as Promise<Uint8Array>);
    last = drawn.catch(() => undefined);
    return drawn;
  };
  return {
    drawUsage: async (usage) => {
      const bars = barsOf(usage);
      return { png: await draw(bars), altText: describeUsage(usage, bars) };
    },
    close: () => {
      closing.abort();
      return pool.destroy();
    },
  };
}
