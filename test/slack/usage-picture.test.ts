// The usage picture: a PNG of its size, and words that tell all that it shows.
import { describe, expect, it } from 'vitest';
import { drawUsage } from '../../src/slack/send/usage-picture.ts';

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
  it('tells what was answered and refused of one sender', async () => {
    const series = [{ name: 'llmgw-default', points: [point(from, 5, 2), point(from + hour, 1)] }];
    const { png, altText } = await drawUsage({ ...day, series });
    expect(sizeOf(png)).toEqual([1600, 720]);
    expect(altText).toBe(
      'Bars. Requests per hour (UTC) over the last 24 hours. 06:00: 3 answered, 2 refused; 07:00: 1 answered.',
    );
  });

  it('draws other bars for other numbers', async () => {
    const draw = (requests: number) =>
      drawUsage({
        ...day,
        series: [{ name: 'a', points: [point(from, requests), point(from + hour, 9)] }],
      });
    expect((await draw(1)).png).not.toEqual((await draw(8)).png);
  });

  it('names the seven that sent most, and the rest together', async () => {
    const series = Array.from({ length: 9 }, (_, index) => ({
      name: `dev-${index}@example.com`,
      points: [point(from, index + 1)],
    }));
    const { altText } = await drawUsage({ ...week, series });
    expect(altText).toContain('9 dev-8@example.com, 8 dev-7@example.com');
    expect(altText).toContain('4 dev-3@example.com, 6 3 others');
    expect(altText).toContain('25 Nov');
  });

  it('says that nothing was sent', async () => {
    const { altText } = await drawUsage({ ...week, series: [] });
    expect(altText).toMatch(/over the last 7 days\. nothing was sent\.$/);
  });
});
