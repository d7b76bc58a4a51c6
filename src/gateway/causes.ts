// Diagnosis of a gateway from its checks and pods: causes, then effects. Pure.
import { plural } from '../kernel/text.ts';
import type { PodReason } from '../clients/kubernetes/pod-reasons.ts';
import type { CheckRow } from '../engine/check-all.ts';
import type { Cause, Judgement } from './observation.ts';
import { isStubborn, podRemedy } from './pod-remedies.ts';
import { isPassing, isSameOutage, troubleKey, unreadForWantOf } from './unread.ts';

/** Reasons by the id of the step that made the pods. */
export type PodTroubles = Readonly<Record<string, readonly PodReason[]>>;

export interface Findings {
  /** In the order of the graph. */
  readonly rows: readonly CheckRow[];
  readonly pods: PodTroubles;
  readonly model: string;
  readonly activeRun: string | undefined;
}

/** A failed verification is an effect if anything else failed. */
const isObserver = ({ kind }: CheckRow): boolean => kind === 'verify';

export function judge(findings: Findings): Judgement {
  const { rows, activeRun } = findings;
  const wrong = rows.filter(({ found }) => found.state !== 'done');
  const causes: Found[] = [];
  const effects: Cause[] = [];
  // The step that it serves reports the problem.
  const telling = wrong.filter(({ serves }) => serves === undefined);
  for (const row of wrong) {
    const cause = causeOf(row, findings);
    if (cause === undefined) continue;
    if (isEffect(row, { rows, telling })) effects.push(cause);
    else causes.push({ row, cause });
  }
  const open = opennessOf(wrong);
  const told = inOrder(withoutEchoes(causes), open !== undefined);
  return {
    state: stateOf(told, wrong, activeRun),
    open,
    causes: told,
    effects,
    canRepair: activeRun === undefined && canRepair(told, wrong),
  };
}

/** A cause with the check that found it. */
interface Found {
  readonly row: CheckRow;
  readonly cause: Cause;
}

function isEffect(
  row: CheckRow,
  { rows, telling }: { readonly rows: readonly CheckRow[]; readonly telling: readonly CheckRow[] },
): boolean {
  if (row.found.state === 'unread') return followsUnread(row, rows);
  const isServant = row.serves !== undefined && telling.length > 0;
  return isServant || follows(row, telling);
}

/** An unread check is an effect only of the same outage or of a missing earlier step. */
function followsUnread(row: CheckRow, rows: readonly CheckRow[]): boolean {
  const isSide = (one: CheckRow): boolean => isObserver(one) || one.serves !== undefined;
  const isTold = rows.some(
    (other) =>
      isSameOutage(row, other) && (row.needs.includes(other.id) || (isSide(row) && !isSide(other))),
  );
  return isTold || unreadForWantOf(row, rows) !== undefined;
}

/**
 * True when another problem explains the row, which was read. An edit and a refusal are never explained by
 * another, and an unread check explains nothing here.
 */
function follows(row: CheckRow, wrong: readonly CheckRow[]): boolean {
  const { state } = row.found;
  const known = wrong.filter(({ found }) => found.state !== 'unread');
  if (isObserver(row)) {
    return known.some((other) => !isObserver(other) || row.needs.includes(other.id));
  }
  if (state === 'drifted' || state === 'refused') return false;
  return known.some((need) => row.needs.includes(need.id) && explains(need, row));
}

/** Verifications create nothing, and an edit elsewhere removes no object. */
function explains(need: CheckRow, { found }: CheckRow): boolean {
  if (isObserver(need)) return false;
  const isGone = found.state === 'needed' && found.why === 'absent';
  return !(isGone && need.found.state === 'drifted');
}

function causeOf(row: CheckRow, { pods, model }: Findings): Cause | undefined {
  const { id: step, title, part, found } = row;
  const because = pods[step] ?? [];
  const remedy = because
    .map((trouble) => podRemedy(trouble, model))
    .find((one) => one !== undefined);
  const shared = { step, title, part, because, why: undefined, unmet: undefined };
  switch (found.state) {
    case 'done':
      return undefined;
    case 'needed': {
      const { why, reason, unmet } = found;
      return { ...shared, kind: 'lacking', why, what: [reason], unmet, next: remedy };
    }
    case 'drifted': {
      const { what, unmet } = found;
      return { ...shared, kind: 'drifted', what, unmet, next: remedy };
    }
    case 'refused':
      return { ...shared, kind: 'blocked', what: [found.why.message], next: found.why.next };
    case 'unread':
      return { ...shared, kind: 'unread', what: [found.why.message], next: found.why.next };
  }
}

const isOpen = ({ found }: CheckRow): boolean => found.state === 'needed' && found.why === 'open';

/** An unreachable gateway needs no protection. */
function opennessOf(wrong: readonly CheckRow[]): Judgement['open'] {
  if (wrong.some(isOpen)) return 'answered';
  const lacking = wrong.filter(({ found }) => found.state === 'needed');
  const unmet = (...roles: unknown[]) => lacking.some(({ part }) => roles.includes(part?.role));
  return unmet('protect') && !unmet('ground', 'reach') ? 'possible' : undefined;
}

/** Checks that fail in the same outage are one cause. */
function withoutEchoes(causes: readonly Found[]): Found[] {
  const keyOf = ({ row: { id, found } }: Found): string =>
    found.state === 'unread' ? troubleKey(found.why) : `step ${id}`;
  const troubles = Map.groupBy(causes, keyOf).values();
  return [...troubles].flatMap(([first, ...echoes]) => {
    if (first === undefined) return [];
    if (echoes.length === 0) return [first];
    const titles = echoes.map(({ cause }) => cause.title).join(', ');
    const others = `${plural(echoes.length, 'more check')} failed for the same reason: ${titles}`;
    const { cause } = first;
    const next = cause.next ?? echoes.find((one) => one.cause.next !== undefined)?.cause.next;
    return [{ ...first, cause: { ...cause, next, what: [...cause.what, others] } }];
  });
}

const ranks = { blocked: 0, lacking: 1, drifted: 2, unread: 3 } as const satisfies Record<
  Cause['kind'],
  number
>;
/** An outage ends without action, so it comes last. */
const lastRank = 4;

/** Open gateways first, then blocked causes; within a kind, in graph order. */
function inOrder(causes: readonly Found[], mayBeOpen: boolean): Cause[] {
  const rank = ({ row: { found }, cause: { kind, why, part } }: Found): number => {
    if (mayBeOpen && (part?.role === 'protect' || why === 'open')) return -1;
    if (found.state === 'unread' && isPassing(found.why)) return lastRank;
    return kind === 'lacking' && part?.role === 'change' ? ranks.drifted : ranks[kind];
  };
  return causes.toSorted((one, other) => rank(one) - rank(other)).map(({ cause }) => cause);
}

function stateOf(
  causes: readonly Cause[],
  wrong: readonly CheckRow[],
  activeRun: string | undefined,
): Judgement['state'] {
  if (activeRun !== undefined) return 'provisioning';
  if (causes.length === 0) return 'ready';
  if (causes.every(({ kind }) => kind === 'unread')) return 'unknown';
  return wrong.some(isNoGround) ? 'absent' : 'degraded';
}

function isNoGround({ part, found }: CheckRow): boolean {
  return part?.role === 'ground' && found.state === 'needed' && found.why === 'absent';
}

/** A run repairs its own objects; it stops at blocked causes and cannot repair failing pods. */
function canRepair(causes: readonly Cause[], wrong: readonly CheckRow[]): boolean {
  if (wrong.some(({ found }) => found.state === 'refused')) return false;
  return causes.some(({ kind, because }) => {
    if (kind === 'drifted') return true;
    return kind === 'lacking' && !because.some(({ code }) => isStubborn(code));
  });
}
