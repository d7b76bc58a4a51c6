// Start, cancel and retry: each appends to the journal once per delivery.
import { guidance, slashCommand } from '../kernel/guidance.ts';
import { fail, type Fault } from '../kernel/errors.ts';
import { type EngineCommand, commandId, type RunCommand } from './commands.ts';
import { advance, type Engine } from './engine.ts';
import type { JournalEvent, RunRequest } from './journal.ts';
import { dedupeWindowMs } from './queue-names.ts';
import { release } from './release.ts';
import { hasEnded } from './run-state.ts';
import type { RunRecord, RunStore } from './run-store.ts';

/** Executes or refuses one command. @throws a listener's error, so that the queue retries it. */
export async function runCommand(engine: Engine, command: EngineCommand): Promise<void> {
  const runId = command.op === 'start' ? command.request.runId : command.runId;
  const answered = `refused:${commandId(command)}`;
  try {
    if (await engine.store.wasClaimed(answered)) return;
    const fault = await obey(engine, command);
    if (fault === undefined) return;
    engine.log.info({ runId, op: command.op, code: fault.code }, 'command refused');
    await tellRefusal(engine, command, fault);
    await engine.store.claimOnce(answered, dedupeWindowMs);
  } finally {
    await release(engine, runId);
  }
}

/** A failing listener affects no other, and none receives the refusal twice because of it. */
async function tellRefusal(engine: Engine, command: EngineCommand, fault: Fault): Promise<void> {
  const failures: unknown[] = [];
  for (const [name, listener] of Object.entries(engine.listeners)) {
    const heard = `refused:${commandId(command)}:${name}`;
    try {
      if (await engine.store.wasClaimed(heard)) continue;
      if (command.op === 'start') await listener.onStartRefused?.(command.request, fault);
      else await listener.onCommandRefused?.(command, fault);
      await engine.store.claimOnce(heard, dedupeWindowMs);
    } catch (error) {
      failures.push(error);
    }
  }
  if (failures.length > 0) throw failures[0];
}

function obey(engine: Engine, command: EngineCommand): Promise<Fault | undefined> {
  switch (command.op) {
    case 'start':
      return start(engine, command.request);
    case 'cancel':
      return cancel(engine, command);
    case 'retry':
      return retry(engine, command);
  }
}

async function start(engine: Engine, request: RunRequest): Promise<Fault | undefined> {
  if (engine.runbooks[request.runbook] === undefined) {
    return fail('refused', 'unknown_runbook', `Unknown runbook ${request.runbook}.`).fault;
  }
  // An existing run was admitted before.
  if ((await engine.store.request(request.runId)) === undefined) {
    const { by, approval } = request;
    const refused = await engine.admit({ request, by, approval, ended: undefined });
    if (refused !== undefined) return refused;
  }
  const created = await engine.store.create(request, Date.now());
  return created.outcome === 'locked' ? lockedBy(engine.store, created.holder) : undefined;
}

async function cancel(engine: Engine, command: RunCommand): Promise<Fault | undefined> {
  const { runId, by, requestId } = command;
  let fault: Fault | undefined;
  const advanced = await advance(engine.store, runId, (record) => {
    fault = undefined;
    if (wasObeyed(record, 'cancel_requested', requestId)) return undefined;
    if (hasEnded(record.state)) {
      fault = endedAlready(record);
      return undefined;
    }
    if (record.state.status === 'cancelling') return undefined;
    return { at: Date.now(), type: 'cancel_requested', by, requestId };
  });
  if (advanced.outcome === 'unknown') return unknownRun(runId);
  const isCancelling = 'record' in advanced && advanced.record.state.status === 'cancelling';
  if (isCancelling) await engine.broadcastCancel(runId);
  return fault;
}

async function retry(engine: Engine, command: RunCommand): Promise<Fault | undefined> {
  const { runId, by, requestId, approval } = command;
  const refused = await admitRetry(engine, command);
  if (refused !== undefined) return refused;
  let fault: Fault | undefined;
  const advanced = await advance(engine.store, runId, (record) => {
    fault = undefined;
    if (wasObeyed(record, 'run_retried', requestId)) return undefined;
    if (record.state.status === 'succeeded') fault = endedAlready(record);
    else if (!hasEnded(record.state)) fault = stillRunning(record);
    if (fault !== undefined) return undefined;
    const approved = approval === undefined ? {} : { approval };
    return { at: Date.now(), type: 'run_retried', by, requestId, ...approved };
  });
  if (advanced.outcome === 'unknown') return unknownRun(runId);
  if (advanced.outcome === 'locked') return lockedBy(engine.store, advanced.holder);
  return fault;
}

/** Only if the retry would count: the other refusals give the reason. */
async function admitRetry(engine: Engine, command: RunCommand): Promise<Fault | undefined> {
  const { runId, by, requestId, approval } = command;
  const record = await engine.store.read(runId);
  if (record === undefined || wasObeyed(record, 'run_retried', requestId)) return undefined;
  const { state } = record;
  if (!hasEnded(state) || state.status === 'succeeded') return undefined;
  return engine.admit({ request: state.request, by, approval, ended: state });
}

function wasObeyed(
  record: RunRecord,
  type: 'cancel_requested' | 'run_retried',
  requestId: string,
): boolean {
  const isOf = (event: JournalEvent): boolean =>
    event.type === type && event.requestId === requestId;
  return record.events.some(isOf);
}

async function lockedBy(store: RunStore, holder: string): Promise<Fault> {
  const record = await store.read(holder);
  const request = record?.state.request;
  const target = request === undefined ? 'The gateway' : `\`${request.target}\``;
  return fail('refused', 'locked', `${target} is locked by run \`${holder}\`.`, {
    next: guidance`Wait for the run to end, or stop it with ${slashCommand(`cancel ${holder}`)}.`,
    details: {
      holder,
      ...(record === undefined || request === undefined
        ? {}
        : {
            runbook: request.runbook,
            startedBy: request.by.user,
            channel: request.by.channel,
            startedAt: record.state.startedAt,
          }),
    },
  }).fault;
}

function unknownRun(runId: string): Fault {
  return fail('refused', 'unknown_run', `Unknown run \`${runId}\`.`, {
    next: guidance`Run ${slashCommand('jobs')} to list the runs.`,
  }).fault;
}

function endedAlready({ state }: RunRecord): Fault {
  const { runId } = state.request;
  const next =
    state.status === 'succeeded'
      ? 'No action is needed.'
      : guidance`Run ${slashCommand(`retry ${runId}`)} to resume it.`;
  return fail('refused', 'already_ended', `Run \`${runId}\` has already ended (${state.status}).`, {
    next,
  }).fault;
}

function stillRunning({ state }: RunRecord): Fault {
  const { runId } = state.request;
  return fail('refused', 'still_running', `Run \`${runId}\` is not finished (${state.status}).`, {
    next: guidance`Wait for the run to end, or stop it with ${slashCommand(`cancel ${runId}`)}.`,
  }).fault;
}
