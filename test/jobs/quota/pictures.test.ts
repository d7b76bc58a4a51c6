// Usage pictures: PNG, alternative text, and failures of the drawing thread.
import { fileURLToPath } from 'node:url';
import { execa } from 'execa';
import { afterAll, describe, expect, it } from 'vitest';
import { createPictures } from '../../../jobs/quota/usage/pictures.ts';
import { quiet } from '../../support/engine.ts';

const pictures = createPictures({ log: quiet });
afterAll(() => pictures.close());
const { drawUsage } = pictures;

const hour = 3_600_000;
const from = Date.UTC(2026, 10, 25, 6);
const day = { span: 'day', from, to: from + 24 * hour, unitMs: hour } as const;
const week = { span: 'week', from, to: from + 7 * 24 * hour, unitMs: 24 * hour } as const;
const point = (at: number, requests: number, errors = 0) => ({ at, requests, errors });

function sizeOf(png: Uint8Array): [number, number] {
  const bytes = Buffer.from(png);
  expect(bytes.subarray(1, 4).toString('latin1')).toBe('PNG');
  return [bytes.readUInt32BE(16), bytes.readUInt32BE(20)];
}

describe('the usage picture', () => {
  it('shows the answered and refused requests of one sender', async () => {
    const series = [{ name: 'llmgw-default', points: [point(from, 5, 2), point(from + hour, 1)] }];
    const { png, altText } = await drawUsage({ ...day, series });
    expect(sizeOf(png)).toEqual([1600, 720]);
    expect(altText).toBe(
      'Bar chart. Requests per hour (UTC) over the last 24 hours. 06:00: 3 answered, 2 refused; 07:00: 1 answered.',
    );
  });

  it('draws different bars for different numbers', async () => {
    const draw = (requests: number) =>
      drawUsage({
        ...day,
        series: [{ name: 'a', points: [point(from, requests), point(from + hour, 9)] }],
      });
    expect((await draw(1)).png).not.toEqual((await draw(8)).png);
  });

  it('names the seven busiest senders, and groups the rest', async () => {
    const series = Array.from({ length: 9 }, (_, index) => ({
      name: `dev-${index}@example.com`,
      points: [point(from, index + 1)],
    }));
    const { altText } = await drawUsage({ ...week, series });
    expect(altText).toContain('9 dev-8@example.com, 8 dev-7@example.com');
    expect(altText).toContain('4 dev-3@example.com, 6 3 others');
    expect(altText).toContain('25 Nov');
  });

  it('shows that no request was sent', async () => {
    const { altText } = await drawUsage({ ...week, series: [] });
    expect(altText).toMatch(/over the last 7 days\. no requests\.$/);
  });
});

/** Two series: a single one is labelled by its outcome, not its name. */
const named = (name: string) => ({
  ...day,
  series: [
    { name, points: [point(from, 9)] },
    { name: 'other', points: [point(from, 1)] },
  ],
});

describe('the drawing thread', () => {
  const child = fileURLToPath(new URL('./pictures/loaded-modules.ts', import.meta.url));
  const heavyIn = async (...args: string[]): Promise<string[]> => {
    const { stdout } = await execa(process.execPath, [child, ...args]);
    const { loaded, bytes } = JSON.parse(stdout) as { loaded: string[]; bytes: number };
    expect(bytes).toBeGreaterThan(1_000);
    return loaded.filter((url) => /\/node_modules\/(echarts|zrender|@resvg)\//.test(url));
  };

  it('keeps echarts and resvg out of the main thread', async () => {
    expect(await heavyIn()).toEqual([]);
    // The same count finds them when the main thread draws.
    expect((await heavyIn('--here')).length).toBeGreaterThan(100);
  });

  it('leaves the event loop of the main thread running while it is blocked', async () => {
    const thread = new URL('./pictures/broken-thread.ts', import.meta.url);
    const blocked = createPictures({ log: quiet, thread, timeoutMs: 1_000 });
    let turns = 0;
    let isOver = false;
    const turn = (): void => {
      turns += 1;
      if (!isOver) setImmediate(turn);
    };
    turn();
    await expect(blocked.drawUsage(named('hang'))).rejects.toThrow();
    isOver = true;
    expect(turns).toBeGreaterThan(1_000);
    await blocked.close();
  });

  for (const failure of ['exit', 'throw out of band', 'run out of memory', 'hang', 'cannot load']) {
    it(`fails one picture and draws the next, queued one after "${failure}"`, async () => {
      const thread = new URL('./pictures/broken-thread.ts', import.meta.url);
      const timeoutMs = failure === 'hang' ? 4_000 : 25_000;
      const broken = createPictures({ log: quiet, thread, timeoutMs });
      const failed = broken.drawUsage(named(failure));
      const expected = expect(failed).rejects.toThrow();
      if (failure === 'hang') await expected;
      const next = await broken.drawUsage(named('sound'));
      await expected;
      expect(sizeOf(next.png)).toEqual([1600, 720]);
      await broken.close();
    });
  }

  it('fails the picture in progress when it is closed', async () => {
    const thread = new URL('./pictures/broken-thread.ts', import.meta.url);
    const closing = createPictures({ log: quiet, thread });
    const failed = expect(closing.drawUsage(named('hang'))).rejects.toThrow();
    await closing.close();
    await failed;
  });
});
