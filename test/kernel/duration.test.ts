// Durations: formatting and parsing.
import { expect, test } from 'vitest';
import {
  formatBound,
  formatDuration,
  formatEstimate,
  parseDuration,
} from '../../src/kernel/duration.ts';

test.each([
  [40, '40 ms'],
  [12_000, '12 s'],
  [59_600, '1 min'],
  [119_000, '1 min 59 s'],
  [1_800_000, '30 min'],
  [3_600_000, '1 h'],
  [3_900_000, '1 h 5 min'],
  [108_000_000, '30 h'],
])('a duration of %i ms reads %s', (ms, words) => expect(formatDuration(ms)).toBe(words));

test.each([
  [45_000, '45 s'],
  [89_000, '1 min'],
  [1_427_000, '24 min'],
  [5_430_000, '1 h 31 min'],
])('an estimate of %i ms reads %s', (ms, text) => expect(formatEstimate(ms)).toBe(text));

test.each([
  [0, '1 ms'],
  [1_001, '2 s'],
  [60_000, '60 s'],
  [120_001, '3 minutes'],
  [86_400_000, '24 hours'],
  [31 * 86_400_000, '31 days'],
])('a bound of %i ms reads %s', (ms, words) => expect(formatBound(ms)).toBe(words));

test.each([
  ['90s', 90_000],
  ['30m', 1_800_000],
  ['12h', 43_200_000],
  ['30d', 2_592_000_000],
  ['12', Number.NaN],
  ['12w', Number.NaN],
])('%s is parsed as %i ms', (text, ms) => expect(parseDuration(text)).toBe(ms));
