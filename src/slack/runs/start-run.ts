// Starting, cancelling and retrying runs from Slack: who may, what holds the gateway, and the first words.
import { changesSince, type ConfigurationChange } from '../../../jobs/provision-options.ts';
import type { RunRequest, RunState, Who } from '../../runbook/journal.ts';
import { hasEnded } from '../../runbook/run-state.ts';
import type { RunStore } from '../../runbook/run-store.ts';
import type { Desk, Reply } from '../commands/command.ts';
import type { Deadline } from '../deadline.ts';
import { gatewayNamed } from '../gateway-choice.ts';
import { code } from '../slack-text.ts';
import { refusal } from '../views/help.ts';
import { accepted, outcome, say } from '../views/message.ts';
import { lockedMessage } from '../views/provision.ts';

/** What one decision over runs needs to know. */
export interface Decision {
  readonly by: Who;
  readonly delivery: string;
  readonly deadline: Deadline;
}

/** The unfinished run that holds the gateway, if any. */
export async function holderOf(store: RunStore, target: string): Promise<RunState | undefined> {
  const holder = await store.lockHolder(target);
  return holder === undefined ? undefined : (await store.read(holder))?.state;
}

export async function startRun(
  desk: Desk,
  deadline: Deadline,
  request: RunRequest,
): Promise<Reply> {
  const { runId, runbook, target } = request;
  // Such a run begins in the job that another operator's approval starts, and nowhere else.
  if (desk.twoPerson.includes(runbook)) {
    const text = `Another operator must approve this first. *Next:* type \`/llmgw ${runbook}\`.`;
    return { message: refusal(text, runId) };
  }
  const holder = await holderOf(desk.store, target);
  // The run's own id: a repeated press finds what the first one started.
  if (holder !== undefined && holder.request.runId !== runId) {
    return { message: lockedMessage(holder, runId) };
  }
  deadline.begin();
  await desk.queues.startRun(request);
  const doing = runbook === 'teardown' ? 'Tearing down' : 'Provisioning';
  const text = `${doing} \`${target}\` as run \`${runId}\`. Its card appears in the channel in a moment and follows every step; \`/llmgw cancel\` stops it.`;
  return { message: say(text, { mark: accepted(runId) }) };
}

export async function cancelRun(
  desk: Desk,
  { by, delivery, deadline }: Decision,
  runId: string,
): Promise<Reply> {
  const state = (await desk.store.read(runId))?.state;
  if (state === undefined) return { message: unknownRun(runId) };
  const verdict = await desk.permissions.mayDecide(state.request.by.user, by);
  if (!verdict.allowed) return { message: refusal(verdict.sentence, runId) };
  if (hasEnded(state)) {
    const text = `The run \`${runId}\` has ended already: it ${state.status}. There is nothing to cancel.`;
    return { message: say(text, { mark: outcome('refused', runId) }) };
  }
  deadline.begin();
  await desk.queues.cancelRun(runId, by, delivery);
  const text = `Stopping the run \`${runId}\` at the next safe point. Its card says what then stands.`;
  return { message: say(text, { mark: accepted(runId) }) };
}

export async function retryRun(
  desk: Desk,
  { by, delivery, deadline }: Decision,
  runId: string,
): Promise<Reply> {
  const state = (await desk.store.read(runId))?.state;
  if (state === undefined) return { message: unknownRun(runId) };
  const verdict = await desk.permissions.mayDecide(state.request.by.user, by);
  if (!verdict.allowed) return { message: refusal(verdict.sentence, runId) };
  if (!hasEnded(state) || state.status === 'succeeded') {
    const text = `The run \`${runId}\` is ${state.status}; only a failed or cancelled run is retried.`;
    return { message: say(text, { mark: outcome('refused', runId) }) };
  }
  const holder = await holderOf(desk.store, state.request.target);
  if (holder !== undefined) return { message: lockedMessage(holder, runId) };
  const changes = changesSince(state.request.input, gatewayNamed(desk, state.request.target));
  deadline.begin();
  await desk.queues.retryRun(runId, by, delivery);
  const text = `Going on with the run \`${runId}\` from where it stopped. Its card follows every step.`;
  return { message: say(`${text}${changedInWords(changes)}`, { mark: accepted(runId) }) };
}

/** The run goes on with the configuration as it now is. */
function changedInWords(changes: readonly ConfigurationChange[]): string {
  if (changes.length === 0) return '';
  const lines = changes.map(
    ({ variable, from, to }) => `• ${code(variable)}: ${code(from)} → ${code(to)}`,
  );
  return `\n*Changed in the configuration since it began, and in force from here on:*\n${lines.join('\n')}`;
}

function unknownRun(runId: string) {
  const text = `There is no run \`${runId}\`. \`/llmgw jobs\` lists those there are.`;
  return say(text, { mark: outcome('refused', safeId(runId)) });
}

function safeId(runId: string): string {
  return /^[a-z0-9-]+$/.test(runId) ? runId : 'none';
}
