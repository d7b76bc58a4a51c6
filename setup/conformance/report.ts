// Report of a run as Markdown and JSON: verdicts, differences and steps.
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { cutText } from '../../src/kernel/text.ts';
import { type Verdict, notObserved } from './check.ts';
import type { CallDifference } from './compare/compare.ts';
import { callId, callOf, type Recording } from './compare/recording.ts';
import type { Order, RunStep } from './recorder/messages.ts';
import type { SideResult } from './run-side.ts';
import { checks } from './services/index.ts';

export interface ReportedCheck {
  readonly id: string;
  readonly question: string;
  readonly observedBy: string;
  readonly bet: string;
  readonly openQuestion?: number;
  readonly verdict: Verdict;
  readonly seen: string;
  /** The result of the same check in the sandbox. */
  readonly inSandbox: string;
}

export interface Report {
  readonly version: string;
  /** The reason for a missing part. */
  readonly incomplete: string | undefined;
  readonly scope: readonly string[];
  readonly checks: readonly ReportedCheck[];
  readonly differences: readonly CallDifference[];
  readonly steps: { readonly real: readonly RunStep[]; readonly sandbox: readonly RunStep[] };
  readonly recordings: {
    readonly real: readonly (Recording & { readonly id: string })[];
    readonly sandbox: readonly (Recording & { readonly id: string })[];
  };
}

export interface ReportParts {
  readonly real: SideResult;
  readonly sandbox: SideResult;
  readonly differences: readonly CallDifference[];
  readonly order: Order;
  readonly signal: AbortSignal;
}

interface RunCheck extends Pick<ReportedCheck, 'id' | 'question' | 'observedBy' | 'bet'> {
  readonly needs: 'throw-away';
  readonly openQuestion?: number;
}

/** Checks that consist of the runs of the throw-away gateway. */
const runChecks: readonly RunCheck[] = [
  {
    id: 'gateway-provision',
    needs: 'throw-away',
    question: 'Does the production runbook build a gateway?',
    observedBy: 'the runbook provision',
    bet: 'Every step comes to its end within its deadline.',
  },
  {
    id: 'gateway-teardown',
    needs: 'throw-away',
    question: 'Does the production runbook remove all of it?',
    observedBy: 'the runbook teardown',
    bet: 'Nothing that llmgw created is left.',
  },
];

export function buildReport({ real, sandbox, differences, order, signal }: ReportParts): Report {
  const withIds = ({ recordings }: SideResult) =>
    recordings.map((one) => ({ id: callId(callOf(one)), ...one }));
  const wholly = [...runChecks, ...checks].filter(({ needs }) => {
    if (needs === 'slack') return order.withSlack;
    if (needs === 'throw-away') return order.gateway === 'throw-away';
    return order.projectId !== undefined;
  });
  const missing = notObserved(real.refused ?? 'The kit was stopped before.');
  return {
    version: versionOf(),
    incomplete: incompleteBecause(real, sandbox, signal),
    scope: [
      ...(order.projectId === undefined ? [] : [`Google Cloud (${scopeWords[order.gateway]})`]),
      ...(order.withSlack ? ['Slack'] : []),
    ],
    checks: wholly.map(({ id, question, observedBy, bet, openQuestion }) => {
      const { verdict, seen } = real.findings.get(id) ?? missing;
      const other = sandbox.findings.get(id);
      const inSandbox = other === undefined ? 'not observed' : `${other.verdict}: ${other.seen}`;
      const text = { id, question, observedBy, bet, verdict, seen, inSandbox };
      return openQuestion === undefined ? text : { ...text, openQuestion };
    }),
    differences,
    steps: { real: real.steps, sandbox: sandbox.steps },
    recordings: { real: withIds(real), sandbox: withIds(sandbox) },
  };
}

const scopeWords: Readonly<Record<Order['gateway'], string>> = {
  none: 'reads only',
  standing: 'reads only',
  'throw-away': 'reads, and one throw-away gateway',
  remove: 'removal',
};

function incompleteBecause(
  real: SideResult,
  sandbox: SideResult,
  signal: AbortSignal,
): string | undefined {
  if (signal.aborted) return 'The kit was stopped; what it had recorded until then follows.';
  if (real.refused !== undefined) return `The real side ended early: ${real.refused}`;
  if (!real.isWhole) return 'The recorder of the real side ended unexpectedly.';
  if (sandbox.refused !== undefined) return `The sandbox ended early: ${sandbox.refused}`;
  return sandbox.isWhole ? undefined : "The sandbox's recorder ended unexpectedly.";
}

function versionOf(): string {
  const path = fileURLToPath(new URL('../../package.json', import.meta.url));
  return (JSON.parse(readFileSync(path, 'utf8')) as { readonly version: string }).version;
}

/** Differences of one call that the Markdown shows; the JSON has all. */
const shownPerCall = 12;

export function renderReport(report: Report): string {
  const { checks: all, differences, incomplete } = report;
  const count = (verdict: Verdict): number => all.filter((one) => one.verdict === verdict).length;
  const settled = differences.filter(({ isPassing }) => !isPassing);
  const passing = differences.filter(({ isPassing }) => isPassing);
  return [
    '# Conformance report',
    '',
    `llmgw ${report.version}, Node ${process.versions.node}. Scope: ${report.scope.join(', ')}.`,
    '',
    ...(incomplete === undefined ? [] : [`**Incomplete.** ${incomplete}`, '']),
    `${count('held')} held, ${count('differs')} differ, ${count('not observed')} not observed; ${settled.length} differences in ${callsIn(settled)} calls. Secrets, names and ids are replaced by placeholders.`,
    '',
    ...renderChecks('Open questions', openQuestions(all)),
    ...renderChecks(
      'Other checks',
      all.filter(({ openQuestion }) => openQuestion === undefined),
    ),
    '## Differences',
    '',
    ...renderDifferences(settled, 'The real services and the sandbox answered alike.'),
    '## Seen only while waiting',
    '',
    'Answers that a repeated call gave before its last one, and that the sandbox never gave. They may be a matter of time.',
    '',
    ...renderDifferences(passing, 'None.'),
    ...renderSteps(report.steps.real),
    'All exchanges are in `recordings.json`; the id of a call finds them there.',
    '',
  ].join('\n');
}

const openQuestions = (all: readonly ReportedCheck[]): ReportedCheck[] =>
  all
    .filter(({ openQuestion }) => openQuestion !== undefined)
    .toSorted((a, b) => (a.openQuestion ?? 0) - (b.openQuestion ?? 0));

function renderChecks(title: string, all: readonly ReportedCheck[]): string[] {
  if (all.length === 0) return [];
  return [
    `## ${title}`,
    '',
    '| check | verdict | seen | in the sandbox | the code relies on |',
    '| --- | --- | --- | --- | --- |',
    ...all.map(({ id, question, verdict, seen, inSandbox, bet, openQuestion }) =>
      row([
        `${openQuestion === undefined ? '' : `${openQuestion}. `}\`${id}\` ${question}`,
        `**${verdict}**`,
        cutText(seen, maxCell),
        inSandbox === `${verdict}: ${seen}` ? 'the same' : cutText(inSandbox, maxCell),
        bet,
      ]),
    ),
    '',
  ];
}

/** Characters of a cell; the JSON has all. */
const maxCell = 400;

const callsIn = (differences: readonly CallDifference[]): number =>
  new Set(differences.map(({ id }) => id)).size;

function renderDifferences(differences: readonly CallDifference[], none: string): string[] {
  if (differences.length === 0) return [none, ''];
  const calls = Map.groupBy(differences, ({ id }) => id);
  return [...calls].flatMap(([id, [first, ...others]]) => {
    if (first === undefined) return [];
    const found = [first, ...others];
    const rest = found.length - shownPerCall;
    return [
      `### ${first.service}: \`${first.call}\``,
      '',
      `Check \`${first.check}\`, id \`${id}\`.`,
      '',
      '| at | real | sandbox |',
      '| --- | --- | --- |',
      ...found
        .slice(0, shownPerCall)
        .map(({ at, real, sandbox }) => row([at === '' ? 'body' : `\`${at}\``, real, sandbox])),
      ...(rest > 0 ? ['', `And ${rest} more, in \`recordings.json\`.`] : []),
      '',
    ];
  });
}

function renderSteps(steps: readonly RunStep[]): string[] {
  if (steps.length === 0) return [];
  return [
    '## Steps of the runs',
    '',
    '| run | step | outcome | seconds | seen while waiting |',
    '| --- | --- | --- | --- | --- |',
    ...steps.map(({ runbook, step, outcome, seconds, seen }) =>
      row([runbook, `\`${step}\``, outcome, String(seconds), seen.slice(-5).join('; ')]),
    ),
    '',
  ];
}

/** Cells of a Markdown table hold neither bars nor line ends nor HTML. */
const row = (cells: readonly string[]): string =>
  `| ${cells.map((cell) => cell.replaceAll(/\s+/g, ' ').replaceAll('|', '\\|').replaceAll('<', '&lt;')).join(' | ')} |`;
