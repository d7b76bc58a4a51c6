// The fault switchboard: injected statuses, delays, cuts and resets of any service.
import { z } from 'zod';

/** Ways in which model servers and their proxies end an answer, finished or not. */
const answerEndings = [
  'abort',
  'error',
  'content_filter',
  'error-beside-choices',
  'done-alone',
  'no-done',
  'no-finish-reason',
  'reasoning-only',
  'tool_calls',
  'error-in-choice',
  'error-event',
  'error-object',
  'error-false',
  'abort-then-stop',
  'choices-unordered',
  'odd-stream',
  'empty',
  'filter-everything',
  'refusal',
  'reasoning-details',
  'reasoning-beside-empty',
  'thinking-tags',
  'think-brackets',
  'think-unopened',
  'think-twice',
  'channels',
  'channels-answer',
  'eos_token',
  'end_turn',
  'STOP',
  'MAX_TOKENS',
  'model_length',
  'insufficient_system_resource',
] as const;
export type AnswerEnding = (typeof answerEndings)[number];

/** A rule of the switchboard; `operation` is matched as a regular expression against the service's own operation name. */
export const faultRule = z.object({
  service: z.enum([
    'slack',
    'gke',
    'kubernetes',
    'apigee',
    'iam',
    'serviceusage',
    'resourcemanager',
    'compute',
    'billing',
    'registry',
    'dataplane',
    'vllm',
    'metadata',
    'huggingface',
  ]),
  operation: z.string().max(200).refine(isPattern, 'not a regular expression').default('.*'),
  action: z.discriminatedUnion('kind', [
    /** Answer with this HTTP status (gRPC services map it), body and headers. */
    z.object({
      kind: z.literal('status'),
      status: z.number().int(),
      body: z.string().optional(),
      headers: z.record(z.string(), z.string()).default({}),
    }),
    /** Wait (real ms), then continue normally. */
    z.object({ kind: z.literal('delay'), ms: z.number().min(0) }),
    /** Do the work, then close the connection without an answer. */
    z.object({ kind: z.literal('cut') }),
    /** Do the work, then close the connection in the middle of the answer; gRPC services treat it as `cut`. */
    z.object({ kind: z.literal('truncate') }),
    /** Close the connection before any work. */
    z.object({ kind: z.literal('reset') }),
    /** Model servers only: the answer has this ending, with status 200. */
    z.object({ kind: z.literal('ending'), ending: z.enum(answerEndings) }),
  ]),
  /** Number of calls that it applies to; absent: until removed. */
  times: z.number().int().positive().optional(),
  /** Probability per call, drawn from a generator seeded with `seed`. */
  probability: z.number().min(0).max(1).default(1),
  seed: z.number().int().default(1),
  /** Reason in the list of active faults: the title of a scenario. */
  because: z.string().max(200).optional(),
});

export type FaultRule = z.infer<typeof faultRule>;
export type FaultAction = FaultRule['action'];

export interface ActiveFault extends FaultRule {
  readonly id: string;
  struck: number;
}

/** Failures of the world itself, rather than of calls to it; its own services check for them. */
export type Trouble =
  /** The model server's image cannot be pulled. */
  | 'model-image-missing'
  /** The Apigee operator runs and does nothing. */
  | 'operator-stuck'
  /** The metadata server hands out expired access tokens. */
  | 'stale-tokens';

export interface Strike {
  readonly fault: string;
  readonly service: FaultRule['service'];
  readonly operation: string;
  readonly kind: FaultAction['kind'];
  readonly at: number;
}

export interface Faults {
  /** The action to inject into this call, if any; asking counts as one use. */
  strike(service: FaultRule['service'], operation: string): FaultAction | undefined;
  add(rule: FaultRule): ActiveFault;
  remove(id: string): boolean;
  clear(): void;
  list(): readonly ActiveFault[];
  /** The last injected faults, oldest first. */
  strikes(): readonly Strike[];
  hasTrouble(trouble: Trouble): boolean;
  setTrouble(trouble: Trouble, isOn: boolean): void;
  /** Called after each change and injected fault; returns the unsubscribe function. */
  onChange(listener: () => void): () => void;
}

const strikesKept = 30;

export function createFaults(): Faults {
  const active = new Map<string, ActiveFault & { random: () => number }>();
  const strikes: Strike[] = [];
  const troubles = new Set<Trouble>();
  const listeners = new Set<() => void>();
  let lastId = 0;
  const changed = (): void => {
    for (const listener of listeners) listener();
  };
  return {
    strike: (service, operation) => {
      for (const [id, fault] of active) {
        if (fault.service !== service || !new RegExp(fault.operation).test(operation)) continue;
        if (fault.probability < 1 && fault.random() >= fault.probability) continue;
        fault.struck += 1;
        if (fault.times !== undefined && fault.struck >= fault.times) active.delete(id);
        strikes.push({ fault: id, service, operation, kind: fault.action.kind, at: Date.now() });
        strikes.splice(0, Math.max(0, strikes.length - strikesKept));
        changed();
        return fault.action;
      }
      return undefined;
    },
    add: (rule) => {
      lastId += 1;
      const fault = { ...rule, id: `fault-${lastId}`, struck: 0, random: seeded(rule.seed) };
      active.set(fault.id, fault);
      changed();
      return fault;
    },
    remove: (id) => {
      const isGone = active.delete(id);
      changed();
      return isGone;
    },
    clear: () => {
      active.clear();
      changed();
    },
    list: () => [...active.values()].map(({ random: _random, ...fault }) => fault),
    strikes: () => strikes,
    hasTrouble: (trouble) => troubles.has(trouble),
    setTrouble: (trouble, isOn) => {
      if (isOn) troubles.add(trouble);
      else troubles.delete(trouble);
      changed();
    },
    onChange: (listener) => {
      listeners.add(listener);
      return () => void listeners.delete(listener);
    },
  };
}

function isPattern(text: string): boolean {
  try {
    return new RegExp(text) instanceof RegExp;
  } catch {
    return false;
  }
}

/** mulberry32: a small seeded generator, so that a fault's chances repeat. */
function seeded(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}
