// One seed from plan to findings: storm, calm, invariants, and a final gateway lifecycle.
import { setTimeout as after } from 'node:timers/promises';
import { converse } from '../sandbox/say/conversation.ts';
import { type Debt, act } from './act.ts';
import { type ChaosEvent, type Plan, isTraffic, nameOf } from './events.ts';
import * as invariants from './invariants.ts';
import type { ToldTwice } from './outcomes.ts';
import { collectSecrets } from './secrets.ts';
import { type Stage, openStage } from './stage.ts';
import { strike } from './strike.ts';

export interface SeedResult extends invariants.Findings {
  readonly seed: number;
  readonly tookMs: number;
  readonly debts: number;
  /** Folder with the logs of a seed that failed. */
  readonly directory: string | undefined;
}

/** The cloud's clock: a gateway is ready within about ten seconds. */
const speed = 600;
/** Time limit for the bot's open work, ms; a busy machine takes longer than an idle one. */
const calmWithinMs = 120_000;

export async function runSeed(plan: Plan, signal: AbortSignal): Promise<SeedResult> {
  const startedAt = Date.now();
  const { roles, slackMode, seed } = plan;
  const stage = await openStage({ roles, slackMode, speed, signal });
  const secrets = collectSecrets(stage);
  const witness = invariants.createWitness(stage);
  const collecting = setInterval(() => {
    secrets.collect();
    witness.look().catch(() => undefined);
  }, 200);
  let violations: readonly string[] = ['it was not run to its end'];
  try {
    const before = await invariants.worldOf(stage);
    const storm = await weather(stage, plan, signal);
    const restless = await calm(stage, { debts: storm.debts, witness }, signal);
    const told = await invariants.outcomesHold(stage, storm.isExcused);
    const early = [
      ...restless,
      ...told.violations,
      ...(await invariants.runsHold(stage)),
      ...(await invariants.messagesHold(stage)),
    ];
    const last = await lastLife(stage, signal);
    secrets.collect();
    violations = [
      ...early,
      ...last,
      ...(await calm(stage, { debts: [], witness }, signal)),
      ...(await invariants.runsHold(stage)),
      ...(await invariants.secretsHold(stage, secrets.all())),
      ...(await invariants.cloudHolds(stage, before)),
    ];
    return {
      seed,
      violations,
      toldTwice: told.toldTwice,
      debts: storm.debts.length,
      tookMs: Date.now() - startedAt,
      directory: violations.length > 0 ? stage.directory : undefined,
    };
  } finally {
    clearInterval(collecting);
    await stage.stop(violations.length > 0 && !signal.aborted);
  }
}

interface Storm {
  readonly debts: readonly Debt[];
  readonly isExcused: (told: ToldTwice) => boolean;
}

async function weather(stage: Stage, plan: Plan, signal: AbortSignal): Promise<Storm> {
  const debts: Debt[] = [];
  const hiding: { from: number; to: number }[] = [];
  const startedAt = Date.now();
  const play = async (event: ChaosEvent): Promise<void> => {
    await after(Math.max(0, startedAt + event.at - Date.now()), undefined, { signal });
    if (isTraffic(event)) {
      debts.push(...(await act(stage.slack, event)));
      return;
    }
    const from = Date.now();
    const lift = await strike(stage, event);
    if (lift !== undefined && 'forMs' in event) {
      await after(event.forMs, undefined, { signal }).catch(() => undefined);
      await lift();
    }
    if (hidesWhatSlackTook(event)) hiding.push({ from, to: Date.now() });
  };
  await Promise.all(plan.events.map(play));
  const owed = debts.filter(
    ({ spoken }) =>
      spoken === undefined || (plan.slackMode === 'http' && stage.front.wasAcked(spoken.ts)),
  );
  return { debts: owed, isExcused: (told) => isWithin(told.at, hiding) };
}

/** Slack has no idempotency key: after these the bot repeats an unconfirmed post (decision 52). */
function hidesWhatSlackTook(event: ChaosEvent): boolean {
  if (event.kind === 'kill' || event.kind === 'freeze' || event.kind.startsWith('redis-'))
    return true;
  if (event.kind !== 'service' || event.service !== 'slack') return false;
  return ['cut', 'truncate', 'delay'].includes(event.action.kind);
}

/** Longest time, ms, between a post and the fault, and between the fault and the repeated post. */
const underWayMs = 5_000;

function isWithin(at: readonly number[], spans: readonly { from: number; to: number }[]): boolean {
  const [first = 0, last = 0] = [at.at(0), at.at(-1)];
  return spans.some(
    ({ from, to }) => first < to + 1_000 && last > from && first > from - underWayMs,
  );
}

/** Waits until no work is left. @returns the work left at the time limit. */
async function calm(
  stage: Stage,
  { debts, witness }: { readonly debts: readonly Debt[]; readonly witness: invariants.Witness },
  signal: AbortSignal,
): Promise<string[]> {
  const until = Date.now() + calmWithinMs;
  for (;;) {
    const found = await invariants.unrest(stage, debts, witness);
    if (found.length === 0 || Date.now() > until) return found;
    await after(250, undefined, { signal });
  }
}

const lastWords = [
  ['olivia', '/llmgw provision --yes'],
  ['alice', '/llmgw key'],
  ['alice', '/llmgw ask Are you there?'],
  ['olivia', '/llmgw teardown default --remove-apps --confirm default'],
] as const;

async function lastLife({ slack }: Stage, signal: AbortSignal): Promise<string[]> {
  const found: string[] = [];
  for (const [as, text] of lastWords) {
    signal.throwIfAborted();
    const asked = {
      url: '',
      as,
      channel: '#llm-gateway',
      text,
      threadTs: undefined,
      wait: true,
      json: false,
      confirm: true,
      clicks: [],
      shortcut: undefined,
      submit: undefined,
      timeoutMs: calmWithinMs,
    };
    const { status } = await converse(slack, asked, {
      note: () => undefined,
      look: () => undefined,
    });
    if (status !== 'ok') found.push(`the last "${text}" ended as ${status}`);
  }
  return found;
}

/** The count of injections, by kind of fault. */
export function faultsOf({ events }: Plan): Map<string, number> {
  const counts = new Map<string, number>();
  for (const event of events) {
    if (isTraffic(event)) continue;
    counts.set(nameOf(event), (counts.get(nameOf(event)) ?? 0) + 1);
  }
  return counts;
}
