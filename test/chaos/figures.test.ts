// Soak verdict: flat figures and growing figures.
import { expect, test } from 'vitest';
import { type Figures, growing, processFigures, storeFigures } from '../../chaos/figures.ts';

const start: Figures = {
  acts: 100,
  rssMb: 200,
  handles: 50,
  redisBytes: { 'run:RUN:journal': 10_000, 'slack:KIND:ID': 5_000 },
  undeclaredKeys: [],
  slackMessages: 150,
};
const later = (acts: number, more: Partial<Figures> = {}): Figures => ({
  ...start,
  acts,
  slackMessages: acts * 1.5,
  redisBytes: { 'run:RUN:journal': 10_000, 'slack:KIND:ID': acts * 50 },
  ...more,
});

test('figures that grow only with the acts are flat', () => {
  expect(growing(start, later(200), later(300))).toEqual([]);
});

test.each([
  [{ rssMb: 400 }, 'memory: 200 MB, then 400 MB'],
  [{ handles: 90 }, 'open handles: 50, then 90'],
  [{ slackMessages: 900 }, 'Slack messages an act: 1.5, then 6'],
  [{ redisBytes: { 'run:RUN:journal': 90_000 } }, 'Redis, run:RUN:journal: 10000 bytes'],
  [{ redisBytes: { 'slack:KIND:ID': 400_000 } }, 'Redis, slack:KIND:ID: 50 bytes an act'],
  [{ undeclaredKeys: ['llmgw:new:1'] }, 'no retention: llmgw:new:1'],
])('%j grows', (end, words) => {
  expect(growing(start, later(200), later(300, end))).toEqual([expect.stringContaining(words)]);
});

test('keys are summed by kind; a key without a row, or kept longer than its row allows, is named', () => {
  const keys = [
    { key: 'llmgw:run:a:journal', bytes: 10, ttlMs: -1 },
    { key: 'llmgw:run:b:journal', bytes: 20, ttlMs: -1 },
    { key: 'llmgw:slack:told:x:0', bytes: 5, ttlMs: -1 },
    { key: 'llmgw:slack:told:y:0', bytes: 5, ttlMs: 1_000 },
    { key: 'llmgw:health:x', bytes: 2, ttlMs: 3_600_000 },
    { key: 'llmgw:novelty', bytes: 1, ttlMs: 1_000 },
  ];
  expect(storeFigures(keys)).toEqual({
    redisBytes: {
      'run:RUN:journal': 30,
      'slack:told:ENTRY': 10,
      'health:NAME': 2,
      undeclared: 1,
    },
    undeclaredKeys: ['llmgw:slack:told:x:0', 'llmgw:health:x', 'llmgw:novelty'],
  });
});

test('memory and handles are read from a live process', () => {
  const { rssMb, handles } = processFigures([process.pid]);
  expect(rssMb).toBeGreaterThan(20);
  expect(handles).toBeGreaterThan(2);
});
