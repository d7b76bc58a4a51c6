// Whoever asked for a quota is told how the run that was to set it has ended, each time that it ends.
import type { JobPayload } from '../jobs/index.ts';
import { type WishEnd, keptWish, wishRef } from '../jobs/quota/wish.ts';
import type { RunState } from './runbook/journal.ts';
import { hasEnded } from './runbook/run-state.ts';
import type { Queues } from './runbook/queue.ts';
import type { RunStore } from './runbook/run-store.ts';
import type { WorkerOptions } from './runbook/worker-options.ts';

type Voice = Pick<WorkerOptions, 'renderCard' | 'onRefused' | 'onCommandRefused'>;

interface Parts {
  readonly store: Pick<RunStore, 'readText'>;
  readonly queues: Pick<Queues, 'enqueue'>;
}

/** A run's last card is rendered once at least, and the news of the same end is one. */
export function followedRuns(voice: Voice, parts: Parts): Voice {
  return {
    ...voice,
    renderCard: async (view) => {
      const { request, epoch } = view.state;
      const end = endOf(view.state);
      if (end !== undefined) {
        const ending = `${end.status}-${epoch}`;
        await endWish(parts, request.runId, request.target, { end, ending });
      }
      await voice.renderCard(view);
    },
    onRefused: async (request, fault) => {
      const end = { status: 'refused', why: fault.message } as const;
      await endWish(parts, request.runId, request.target, { end, ending: 'refused' });
      await voice.onRefused(request, fault);
    },
  };
}

/** Nothing happens for a run that nobody has wished for. @param ending tells the ends of one run apart. */
export async function endWish(
  { store, queues }: Parts,
  runId: string,
  gateway: string,
  { end, ending }: { readonly end: WishEnd; readonly ending: string },
): Promise<void> {
  const kept = await store.readText(wishRef(runId));
  if (kept === undefined) return;
  const { owner, wanted } = keptWish.parse(JSON.parse(kept));
  const to = { user: owner, channel: owner, job: `${runId}-told-${ending}` };
  const payload: JobPayload<'quota-request'> = {
    gateway,
    action: 'end',
    owner,
    wanted,
    of: runId,
    end,
    to,
  };
  await queues.enqueue('quota-request', payload, to.job, to);
}

function endOf(state: RunState): WishEnd | undefined {
  if (!hasEnded(state)) return undefined;
  const { status } = state;
  if (status !== 'succeeded' && status !== 'failed' && status !== 'cancelled') return undefined;
  const failed = Object.values(state.steps).find((step) => step.status === 'failed');
  const why = status === 'failed' ? failed?.fault?.message : undefined;
  return { status, ...(why === undefined ? {} : { why }) };
}
