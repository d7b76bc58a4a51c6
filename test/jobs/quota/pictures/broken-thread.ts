// Drawing thread that crashes, hangs or fails to load, by its first series' name.
import { drawBars as draw } from '../../../../jobs/quota/usage/draw-bars.ts';
import type { Bars } from '../../../../jobs/quota/usage/usage-bars.ts';

export async function drawBars(bars: Bars): Promise<Uint8Array> {
  switch (bars.stacks[0]?.name) {
    case 'exit':
      return process.exit(3);
    case 'throw out of band':
      setImmediate(() => {
        throw new Error('thrown on the event loop of the thread');
      });
      return new Promise(() => undefined);
    case 'run out of memory': {
      const kept: number[][] = [];
      for (;;) kept.push(Array.from({ length: 100_000 }, Math.random));
    }
    case 'hang':
      for (;;);
    case 'cannot load':
      return (await import(
        new URL('../../../slack/pictures/no-such-module.ts', import.meta.url).href
      )) as Uint8Array;
    default:
      return draw(bars);
  }
}
