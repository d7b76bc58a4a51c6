// Usage chart: stacked bars and their alternative text.
import type { UsageOverTime } from './report.ts';
import { shorten } from '../../../src/kernel/text.ts';
import { limits } from '../../../src/slack/messages/limits.ts';

const mostSeries = 7;
/** Distinct under red-green colour blindness. */
const colours = ['#0b6bcb', '#e39000', '#00876c', '#a050b0', '#7a8793', '#5bb5e8', '#8a6d3b'];
const refusedColour = '#c62f3c';

export interface Bars {
  readonly title: string;
  /** `14:00` or `25 Nov`, in UTC, oldest first. */
  readonly labels: readonly string[];
  readonly stacks: readonly {
    readonly name: string;
    readonly colour: string;
    readonly values: readonly number[];
  }[];
}

/** One sender: answered and refused requests. Several: a colour each, the smallest grouped. */
export function barsOf({ from, to, unitMs, span, series }: UsageOverTime): Bars {
  const slots: number[] = [];
  for (let at = from; at < to; at += unitMs) slots.push(at);
  const [first, ...others] = series;
  const at = (part: 'requests' | 'errors', rows: UsageOverTime['series']): number[] =>
    slots.map((slot) =>
      rows
        .flatMap(({ points }) => points)
        .filter((point) => point.at >= slot && point.at < slot + unitMs)
        .reduce((sum, point) => sum + point[part], 0),
    );
  const labels = slots.map((slot) => label(slot, span));
  const title = `Requests per ${span === 'day' ? 'hour' : 'day'} (UTC)`;
  if (first === undefined || others.length === 0) {
    const rows = first === undefined ? [] : [first];
    const refused = at('errors', rows);
    const answered = at('requests', rows).map((all, index) => all - (refused[index] ?? 0));
    return {
      title,
      labels,
      stacks: [
        { name: 'answered', colour: colours[0] ?? '', values: answered },
        { name: 'refused', colour: refusedColour, values: refused },
      ],
    };
  }
  const ranked = series.toSorted((a, b) => total(b) - total(a));
  const shown = ranked.slice(0, ranked.length > mostSeries ? mostSeries - 1 : mostSeries);
  const rest = ranked.slice(shown.length);
  const named = [
    ...shown.map((row) => ({ name: row.name, rows: [row] })),
    ...(rest.length === 0 ? [] : [{ name: `${rest.length} others`, rows: rest }]),
  ];
  return {
    title,
    labels,
    stacks: named.map(({ name, rows }, index) => ({
      name: shorten(name, 30),
      colour: colours[index] ?? refusedColour,
      values: at('requests', rows),
    })),
  };
}

const total = ({ points }: UsageOverTime['series'][number]): number =>
  points.reduce((sum, { requests }) => sum + requests, 0);

function label(at: number, span: UsageOverTime['span']): string {
  const date = new Date(at);
  if (span === 'day') return date.toISOString().slice(11, 16);
  return date.toLocaleDateString('en-GB', { day: 'numeric', month: 'short', timeZone: 'UTC' });
}

export function describeUsage({ span }: UsageOverTime, { title, labels, stacks }: Bars): string {
  const parts = labels.flatMap((when, index) => {
    const counts = stacks
      .filter(({ values }) => (values[index] ?? 0) > 0)
      .map(({ name, values }) => `${values[index]} ${name}`);
    return counts.length === 0 ? [] : [`${when}: ${counts.join(', ')}`];
  });
  const last = span === 'day' ? 'the last 24 hours' : 'the last 7 days';
  const told = parts.length === 0 ? 'no requests' : parts.join('; ');
  return shorten(`Bar chart. ${title} over ${last}. ${told}.`, limits.altText);
}
