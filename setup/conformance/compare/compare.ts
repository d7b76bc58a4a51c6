// Comparison of two sides, call by call.
import { callId, callOf, type Recording } from './recording.ts';
import { compareShapes, mergeShapes, type Shape, type ShapeDifference, shapeOf } from './shape.ts';

export interface CallDifference extends ShapeDifference {
  /** Short name of the call, as in the recordings. */
  readonly id: string;
  readonly check: string;
  readonly service: string;
  /** `GET /v1/organizations/{}` */
  readonly call: string;
  /** Only an earlier answer of a repeated call differs, possibly because of timing. */
  readonly isPassing: boolean;
}

/** @param calls `shared`: a side is incomplete, so that a missing call is no difference. */
export function compareSides(
  real: readonly Recording[],
  sandbox: readonly Recording[],
  calls: 'all' | 'shared' = 'all',
): CallDifference[] {
  const sides = [byCall(real), byCall(sandbox)] as const;
  const all = new Set([...sides[0].keys(), ...sides[1].keys()]);
  const compared = [...all].filter(
    (call) => calls === 'all' || sides.every((side) => side.has(call)),
  );
  return compared.flatMap((call) => {
    const found = compareCall(call, sides[0].get(call), sides[1].get(call));
    return found.filter((one) => !one.isPassing || tellsOfReal(one));
  });
}

/** During changes, only answers count that the real side gave and the sandbox never. */
const tellsOfReal = ({ real }: ShapeDifference): boolean =>
  real !== 'absent' && real !== 'not made' && real !== 'none';

/** Their answers are transient; the checks after them read the final state. */
const runs: ReadonlySet<string> = new Set(['gateway-provision', 'gateway-teardown']);

const reads: ReadonlySet<string> = new Set(['GET', 'HEAD', 'gRPC']);

/** Answers to a repeated write when an earlier one is complete or in progress. */
const repeated: ReadonlySet<string> = new Set(['404', '409', '429']);

/** In a run, only a write that was refused in the end is final. */
function isOfMoment({ check, method }: Recording, { at, real }: ShapeDifference): boolean {
  if (!runs.has(check)) return false;
  const isRefused = at === 'status' && /^4\d\d$/.test(real) && !repeated.has(real);
  return reads.has(method) || !isRefused;
}

function byCall(recordings: readonly Recording[]): Map<string, Recording[]> {
  const calls = new Map<string, Recording[]>();
  // A watch reports states between two reads of the same object.
  for (const recording of recordings.filter(({ query }) => !query.includes('watch'))) {
    const call = callOf(recording);
    calls.set(call, [...(calls.get(call) ?? []), recording]);
  }
  for (const [call, made] of calls) {
    // An abandoned call does not count if it was repeated.
    const answered = made.filter(({ status }) => status !== 'no answer');
    if (answered.length > 0) calls.set(call, answered);
  }
  return calls;
}

function compareCall(
  call: string,
  real: readonly Recording[] | undefined,
  sandbox: readonly Recording[] | undefined,
): CallDifference[] {
  const some = real?.[0] ?? sandbox?.[0];
  if (some === undefined) return [];
  const { check, service, method, path, query } = some;
  const shown = `${method} ${path}${query.length === 0 ? '' : `?${query.join('&')}`}`;
  const about = { id: callId(call), check, service, call: shown };
  const last = [real?.at(-1), sandbox?.at(-1)] as const;
  if (last[0] === undefined || last[1] === undefined) {
    const made = (one: Recording | undefined): string => (one === undefined ? 'not made' : 'made');
    const at = 'the call';
    const one = { at, real: made(last[0]), sandbox: made(last[1]) };
    return [{ ...about, ...one, isPassing: isOfMoment(some, one) }];
  }
  const settled = compareAnswers(last[0], last[1]);
  const known = new Set(settled.map(({ at }) => at));
  const passing = compareOverTime(real ?? [], sandbox ?? []).filter(({ at }) => !known.has(at));
  return [
    ...settled.map((one) => ({ ...about, ...one, isPassing: isOfMoment(some, one) })),
    ...passing.map((one) => ({ ...about, ...one, isPassing: true })),
  ];
}

function compareAnswers(real: Recording, sandbox: Recording): ShapeDifference[] {
  if (real.status !== sandbox.status) {
    return [{ at: 'status', real: String(real.status), sandbox: String(sandbox.status) }];
  }
  const headers = compareShapes(shapeOf({ ...real.headers }), shapeOf({ ...sandbox.headers }));
  return [
    ...headers.map((one) => ({ ...one, at: `header ${one.at}` })),
    ...compareTypes(real, sandbox),
    ...compareShapes(shapeOf(real.response), shapeOf(sandbox.response)),
  ];
}

/** The content type is a fixed value in a header without fixed values. */
function compareTypes(real: Recording, sandbox: Recording): ShapeDifference[] {
  const types = [real, sandbox].map(({ headers }) => headers['content-type']);
  const [ofReal, ofSandbox] = types;
  if (ofReal === undefined || ofSandbox === undefined || ofReal === ofSandbox) return [];
  return [{ at: 'header content-type', real: ofReal, sandbox: ofSandbox }];
}

/** For repeated calls: answers that the real side gave at some time, and the sandbox never. */
function compareOverTime(
  real: readonly Recording[],
  sandbox: readonly Recording[],
): ShapeDifference[] {
  if (real.length < 2) return [];
  const answers = Map.groupBy(real, ({ status }) => status);
  const inSandbox = Map.groupBy(sandbox, ({ status }) => status);
  return [...answers].flatMap(([status, found]): ShapeDifference[] => {
    const others = inSandbox.get(status);
    if (others === undefined) {
      return [{ at: 'status', real: `${status} at some time`, sandbox: 'never' }];
    }
    return compareShapes(shapeOfAll(found), shapeOfAll(others));
  });
}

const shapeOfAll = (recordings: readonly Recording[]): Shape =>
  recordings
    .map(({ response }) => shapeOf(response))
    .reduce<Shape>(mergeShapes, shapeOf(undefined));
