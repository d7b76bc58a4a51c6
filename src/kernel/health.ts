// Health checks of one process, each with a timeout.
import { guidanceText } from './guidance.ts';
import pTimeout from 'p-timeout';
import { type Fault, fail, toFault } from './errors.ts';
import type { Log } from './log.ts';

/** Resolves if healthy. @throws the fault otherwise. */
export type HealthCheck = () => Promise<void> | void;

export interface HealthChecks {
  readonly [name: string]: {
    readonly check: HealthCheck;
    readonly kind: CheckKind;
  };
}

/**
 * `setup`: an operator must correct it, so the process is not ready. `work`: it may pass, and people see an error.
 * `peers`: another process is missing, which a new process need not wait for.
 */
type CheckKind = 'setup' | 'work' | 'peers';

export interface CheckResult {
  readonly ok: boolean;
  readonly code?: string;
  readonly message?: string;
  readonly next?: string;
}

export interface HealthReport {
  readonly status: 'ok' | 'failing';
  /** Whether the process takes traffic: all checks passed once, the setup is valid, and it is not stopping. */
  readonly ready: boolean;
  readonly checks: Readonly<Record<string, CheckResult>>;
}

export interface Health {
  add(checks: HealthChecks): void;
  /** Every part has started. */
  started(): void;
  /** The process takes nothing new. */
  stopping(): void;
  report(): Promise<HealthReport>;
}

/** ms. A probe waits a second or more. */
const patienceMs = 800;

export function createHealth(log: Log): Health {
  const checks = new Map<string, { readonly run: HealthCheck; readonly kind: CheckKind }>();
  const failing = new Set<string>();
  const state = { isStarted: false, isStopping: false, wasWell: false };
  const noteChange = (name: string, fault: Fault | undefined): void => {
    if (fault !== undefined && !failing.has(name)) {
      failing.add(name);
      log.error({ check: name, err: fault }, 'health check failed');
    }
    if (fault === undefined && failing.delete(name))
      log.info({ check: name }, 'health check passed');
  };
  return {
    add: (more) => {
      for (const [name, { check, kind }] of Object.entries(more)) {
        checks.set(name, { run: oneAtATime(check), kind });
      }
    },
    started: () => {
      state.isStarted = true;
    },
    stopping: () => {
      state.isStopping = true;
    },
    report: async () => {
      const faults = await Promise.all(
        [...checks].map(async ([name, { run }]) => [name, await faultOf(run)] as const),
      );
      for (const [name, fault] of faults) noteChange(name, fault);
      const results: Record<string, CheckResult> = {
        started: state.isStarted ? { ok: true } : resultOf(starting.fault),
        ...(state.isStopping ? { stopping: resultOf(stopping.fault) } : {}),
        ...Object.fromEntries(faults.map(([name, fault]) => [name, resultOf(fault)])),
      };
      const isWell = Object.values(results).every(({ ok }) => ok);
      const passes = (kind: CheckKind): boolean =>
        faults.every(([name, fault]) => fault === undefined || checks.get(name)?.kind !== kind);
      const isSetUp = passes('setup');
      state.wasWell ||= state.isStarted && !state.isStopping && isSetUp && passes('work');
      return {
        status: isWell ? 'ok' : 'failing',
        ready: state.wasWell && isSetUp && !state.isStopping,
        checks: results,
      };
    },
  };
}

const starting = fail('transient', 'starting', 'The process is starting', {
  next: 'Wait a few seconds.',
});

const stopping = fail('transient', 'stopping', 'The process is shutting down', {
  next: 'Wait for its replacement.',
});

/** A check that hangs runs once, not at every probe. */
function oneAtATime(check: HealthCheck): HealthCheck {
  let running: Promise<void> | undefined;
  return () => {
    running ??= Promise.resolve()
      .then(check)
      .finally(() => (running = undefined));
    return running;
  };
}

async function faultOf(check: HealthCheck): Promise<Fault | undefined> {
  try {
    await pTimeout(Promise.resolve(check()), { milliseconds: patienceMs, message: checkLate() });
    return undefined;
  } catch (error) {
    return toFault(error);
  }
}

function checkLate() {
  return fail('transient', 'check_late', `No answer within ${patienceMs} ms`, {
    next: 'Check Redis (REDIS_URL) and the load of this process.',
  });
}

function resultOf(fault: Fault | undefined): CheckResult {
  if (fault === undefined) return { ok: true };
  const { code, message, next } = fault;
  return { ok: false, code, message, ...(next === undefined ? {} : { next: guidanceText(next) }) };
}
