// Markdown report of acks: ratios to bare Bolt, latencies, and processor time.
import type { AckLine, AckMeasured, Shot } from './ack.ts';
import { quantile } from './measures.ts';
import { table } from './report.ts';

const target = { ratio: 0.75, p99: 20 };

export function ackReport({ lines, ceilings, redisWrite }: AckMeasured): string {
  const rounds = lines[0]?.rounds.length ?? 0;
  return [
    `### ack, ${rounds} rounds, in turns`,
    '',
    table(
      ['saturated by', 'ours, acks/s', 'bare Bolt, acks/s', 'ratio', 'rounds', 'target', ''],
      lines.map(saturated),
    ),
    '',
    table(
      [
        'half of our rate',
        'sent/s',
        'p50, ms',
        'p99, ms',
        'max, ms',
        'bare Bolt, p99',
        'load alone, p99',
        'target',
        '',
      ],
      lines.map(steady),
    ),
    '',
    'Processor time for each ack, µs (medians; both share two cores with Redis and the load):',
    '',
    table(
      ['', 'our bot', 'Redis', 'load', 'bare Bolt', 'load'],
      lines.map((line) => [
        named(line),
        ...(['serverUs', 'redisUs', 'generatorUs'] as const).map((part) => ours(line, part)),
        ...(['serverUs', 'generatorUs'] as const).map((part) => bare(line, part)),
      ]),
    ),
    '',
    `The load alone, against a server that only answers: ${ceilings
      .map(
        ({ connections, shot }) => `${shot.perSecond.toFixed(0)}/s over ${connections} connections`,
      )
      .join(
        ', ',
      )}. One write to Redis, alone, until it is on the disk: p50 ${redisWrite.p50.toFixed(1)} ms, p99 ${redisWrite.p99.toFixed(1)} ms.`,
    '',
  ].join('\n');
}

const named = ({ command, connections }: AckLine): string =>
  `\`/llmgw ${command}\`, ${connections} connections`;

function saturated(line: AckLine): string[] {
  const ratios = line.rounds.map(({ ours: a, bare: b }) => a.perSecond / b.perSecond);
  const middle = quantile(ratios, 0.5);
  return [
    named(line),
    ours(line, 'perSecond'),
    bare(line, 'perSecond'),
    middle.toFixed(2),
    ratios.map((one) => one.toFixed(2)).join(', '),
    `≥ ${target.ratio}`,
    middle >= target.ratio ? 'met' : 'missed',
  ];
}

function steady(line: AckLine): string[] {
  const { rate, ours: shot, bare: plain, alone } = line.steady;
  return [
    named(line),
    String(rate),
    ...[shot.p50, shot.p99, shot.max, plain.p99, alone.p99].map((ms) => ms.toFixed(1)),
    `p99 ≤ ${target.p99} ms`,
    shot.p99 <= target.p99 ? 'met' : 'missed',
  ];
}

function ours({ rounds }: AckLine, part: keyof Shot): string {
  return middle(rounds.map((pair) => pair.ours[part]));
}

function bare({ rounds }: AckLine, part: keyof Shot): string {
  return middle(rounds.map((pair) => pair.bare[part]));
}

function middle(all: readonly number[]): string {
  return quantile(all, 0.5).toFixed(0);
}
