// From what the checks and the pods say to a diagnosis: causes before what follows from them. Pure.
import type { Diagnosis, Finding } from './audience.ts';
import type { SurveyRow } from '../../../src/engine/survey.ts';
import { createCluster } from '../../provision/steps/create-cluster.ts';
import { type PodTroubles, isStubborn, podRemedy } from './pods.ts';

export interface DoctorFindings {
  /** In the order of the graph. */
  readonly rows: readonly SurveyRow[];
  readonly pods: PodTroubles;
  readonly model: string;
  /** The run that is at work on the gateway. */
  readonly holding: string | undefined;
}

export type DiagnosisResult = Pick<Diagnosis, 'state' | 'causes' | 'effects' | 'canRepair'>;

/** What is seen from outside follows from something else, if anything else is wrong. */
const isObserver = ({ kind }: SurveyRow): boolean => kind === 'verify';

export function diagnose(examination: DoctorFindings): DiagnosisResult {
  const { rows, holding } = examination;
  const wrong = rows.filter(({ found }) => found.state !== 'done');
  const causes: Finding[] = [];
  const effects: Finding[] = [];
  // The step that it serves says what is wrong.
  const telling = wrong.filter(({ serves }) => serves === undefined);
  for (const row of wrong) {
    const finding = findingOf(row, examination);
    if (finding === undefined) continue;
    const isServant = row.serves !== undefined && telling.length > 0;
    (isServant || follows(row, telling) ? effects : causes).push(finding);
  }
  const told = inOrder(withoutEchoes(causes));
  return {
    state: stateOf(told, wrong, holding),
    causes: told,
    effects,
    canRepair: holding === undefined && canRepair(told, wrong, examination.pods),
  };
}

/** True when something else that is wrong explains the row. An edit and a refusal are never explained by another. */
function follows(row: SurveyRow, wrong: readonly SurveyRow[]): boolean {
  if (isObserver(row)) {
    return wrong.some((other) => !isObserver(other) || row.needs.includes(other.id));
  }
  if (row.found.state === 'drifted' || row.found.state === 'refused') return false;
  return wrong.some((need) => row.needs.includes(need.id) && explains(need, row));
}

/** Observers make nothing, so nothing is missing for want of them; and an edit beside it makes no object go away. */
function explains(need: SurveyRow, { found }: SurveyRow): boolean {
  if (isObserver(need)) return false;
  const isGone = found.state === 'needed' && found.why === 'absent';
  return !(isGone && need.found.state === 'drifted');
}

function findingOf(row: SurveyRow, { pods, model }: DoctorFindings): Finding | undefined {
  const { id, title, found } = row;
  const troubles = pods[id] ?? [];
  const because = troubles.map(({ text, pods: names }) => `${text} (${listed(names)})`);
  const remedy = troubles
    .map((trouble) => podRemedy(trouble, model))
    .find((one) => one !== undefined);
  const shared = { step: id, title, because };
  switch (found.state) {
    case 'done':
      return undefined;
    case 'needed':
      return { ...shared, kind: 'lacking', what: [found.reason], next: remedy };
    case 'drifted':
      return { ...shared, kind: 'drifted', what: found.what, next: remedy };
    case 'refused':
      return { ...shared, kind: 'blocked', what: [found.why.message], next: found.why.next };
    case 'unread':
      return { ...shared, kind: 'unread', what: [found.why.message], next: found.why.next };
  }
}

const mostNames = 3;

function listed(names: readonly string[]): string {
  const rest = names.length - mostNames;
  const shown = names.slice(0, mostNames).join(', ');
  return rest > 0 ? `${shown} and ${rest} more` : shown;
}

/** A cluster that does not answer is one trouble, however many looks ended at it. */
function withoutEchoes(causes: readonly Finding[]): Finding[] {
  const unread = causes.filter(({ kind }) => kind === 'unread');
  const [first, ...echoes] = unread;
  if (first === undefined || echoes.length === 0) return [...causes];
  const others = `Nor could ${echoes.length} more be looked at: ${echoes.map(({ title }) => title).join(', ')}`;
  return [
    ...causes.filter(({ kind }) => kind !== 'unread'),
    { ...first, what: [...first.what, others] },
  ];
}

const ranks = { blocked: 0, lacking: 1, drifted: 2, unread: 3 } as const satisfies Record<
  Finding['kind'],
  number
>;

/** What stops everything first; within a kind, in the order of the graph. */
const inOrder = (causes: readonly Finding[]): Finding[] =>
  causes.toSorted((one, other) => ranks[one.kind] - ranks[other.kind]);

function stateOf(
  causes: readonly Finding[],
  wrong: readonly SurveyRow[],
  holding: string | undefined,
): Diagnosis['state'] {
  if (holding !== undefined) return 'at_work';
  if (causes.length === 0) return 'healthy';
  if (causes.every(({ kind }) => kind === 'unread')) return 'unknown';
  return wrong.some(isNoCluster) ? 'absent' : 'ill';
}

function isNoCluster({ id, found }: SurveyRow): boolean {
  return id === createCluster.id && found.state === 'needed' && found.why === 'absent';
}

/** A run mends what it makes; it stops at what is blocked, and pods that fail on their own it can only watch. */
function canRepair(
  causes: readonly Finding[],
  wrong: readonly SurveyRow[],
  pods: PodTroubles,
): boolean {
  if (wrong.some(({ found }) => found.state === 'refused')) return false;
  return causes.some(({ kind, step }) => {
    if (kind === 'drifted') return true;
    return kind === 'lacking' && !(pods[step] ?? []).some(({ code }) => isStubborn(code));
  });
}
