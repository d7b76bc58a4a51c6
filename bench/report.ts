// Markdown report of the measured rounds: ratios, their targets, and their parts.
import type { CancelRound } from './cancel.ts';
import { quantile } from './measures.ts';
import type { ProvisionRound } from './provision.ts';
import type { ResumeRound } from './resume.ts';

export function provisionReport(rounds: readonly ProvisionRound[], speed: number): string {
  const ratio = (part: (round: ProvisionRound) => number, most: number): string[] => {
    const all = rounds.map((round) => round.botMs / part(round));
    const middle = quantile(all, 0.5);
    const verdict = middle <= most ? 'met' : 'missed';
    return [middle.toFixed(3), all.map((one) => one.toFixed(3)).join(', '), `≤ ${most}`, verdict];
  };
  const seconds = (part: (round: ProvisionRound) => number): string =>
    (quantile(rounds.map(part), 0.5) / 1_000).toFixed(1);
  return [
    `### provision, at ${speed} times the speed of life, ${rounds.length} rounds`,
    '',
    table(
      ['wall time of the bot against', 'median', 'rounds', 'target', ''],
      [
        [
          'the critical path, with its own steps as long as they were',
          ...ratio((r) => r.ownPathMs, 1.05),
        ],
        [
          'the critical path, with the steps as long as they are one at a time',
          ...ratio((r) => r.barePathMs, 1.05),
        ],
        ['the same steps one after another', ...ratio((r) => r.sequenceMs, 0.6)],
      ],
    ),
    '',
    `Medians: the bot ${seconds((r) => r.botMs)} s, critical path ${seconds((r) => r.ownPathMs)} s (bare ${seconds((r) => r.barePathMs)} s), one after another ${seconds((r) => r.sequenceMs)} s.`,
    '',
    stepTable(rounds),
    '',
  ].join('\n');
}

function stepTable(rounds: readonly ProvisionRound[]): string {
  const steps = rounds[0]?.steps ?? [];
  const rows = steps.map(({ id }, index) => {
    const middle = (part: 'botMs' | 'bareMs' | 'handOverMs'): string =>
      String(
        quantile(
          rounds.map((round) => round.steps[index]?.[part] ?? 0),
          0.5,
        ),
      );
    return [id, middle('botMs'), middle('bareMs'), middle('handOverMs')];
  });
  return table(['step', 'in the run, ms', 'alone, ms', 'handed over after, ms'], rows);
}

export function resumeReport(rounds: readonly ResumeRound[]): string {
  const kills = rounds.flatMap((round) => round.kills);
  const stood = kills.map((kill) => kill.stoodMs);
  const boots = kills.map((kill) => kill.bootMs);
  const row = (name: string, sample: readonly number[], part: number, most: number): string[] => {
    const value = quantile(sample, part);
    const verdict = value <= most * 1_000 ? 'met' : 'missed';
    return [name, `${(value / 1_000).toFixed(2)} s`, `≤ ${most} s`, verdict];
  };
  const doubled = rounds.flatMap((round) => round.doubled);
  const ready = rounds.filter((round) => round.ended === 'ready').length;
  return [
    `### resume, ${kills.length} kills in ${rounds.length} runs`,
    '',
    table(
      ['kill -9 to the next event of the run', 'measured', 'target', ''],
      [
        row('p50', stood, 0.5, 3),
        row('max', stood, 1, 8),
        [
          'effects doubled',
          String(doubled.length),
          'none',
          doubled.length === 0 ? 'met' : `missed: ${doubled.join(', ')}`,
        ],
        [
          'runs that ended in ready',
          `${ready} of ${rounds.length}`,
          'all',
          ready === rounds.length ? 'met' : 'missed',
        ],
      ],
    ),
    '',
    `Of that, until the next bot answered: p50 ${(quantile(boots, 0.5) / 1_000).toFixed(2)} s, max ${(quantile(boots, 1) / 1_000).toFixed(2)} s.`,
    '',
    table(
      ['killed during', 'stood, ms', 'boot, ms'],
      kills.map((kill) => [
        kill.during.join(', ') || '–',
        String(kill.stoodMs),
        String(kill.bootMs),
      ]),
    ),
    '',
  ].join('\n');
}

export function cancelReport(rounds: readonly CancelRound[], speed: number): string {
  const cancels = rounds.flatMap((round) => round.cancels);
  const kinds = [...new Set(cancels.map(({ during }) => during))];
  const rows = kinds.map((kind) => {
    const of = cancels.filter(({ during }) => during === kind);
    const told = of.map(({ toldMs }) => toldMs);
    const most = quantile(told, 1);
    const ended = quantile(
      of.map(({ endedMs }) => endedMs),
      1,
    );
    const verdict = most <= 5_000 ? 'met' : 'missed';
    return [kind, String(quantile(told, 0.5)), String(most), String(ended), '≤ 5000', verdict];
  });
  const ready = rounds.filter(({ ended, clusterCreations }) => {
    return ended === 'ready' && clusterCreations === 1;
  }).length;
  return [
    `### cancel, ${cancels.length} cancels in ${rounds.length} runs, at ${speed} times the speed of life`,
    '',
    table(
      ['cancelled during', 'told, p50, ms', 'told, max, ms', 'run over, max, ms', 'target', ''],
      rows,
    ),
    '',
    `Retried to ready, with one cluster: ${ready} of ${rounds.length}. What the card said:`,
    '',
    ...(rounds[0]?.cancels ?? []).map(({ during, said }) => `- during ${during}: ${said}`),
    '',
  ].join('\n');
}

export function table(heads: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]): string => `| ${cells.join(' | ')} |`;
  return [line(heads), line(heads.map(() => '---')), ...rows.map(line)].join('\n');
}
