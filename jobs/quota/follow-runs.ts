// Run listener: notifies quota requesters of the end of their run.
import type { quotaRequestPayload } from './payload.ts';
import type { z } from 'zod';
import { type QuotaRequestEnd, storedQuotaRequest, quotaRequestRef } from './quota-request.ts';
import type { RunState } from '../../src/engine/journal.ts';
import { isEnd } from '../../src/engine/listeners.ts';
import type { Queues } from '../../src/engine/queue.ts';
import type { Texts } from '../../src/kernel/texts.ts';
import type { RunListener } from '../../src/engine/worker-options.ts';

interface Parts {
  readonly texts: Pick<Texts, 'record'>;
  readonly queues: Pick<Queues, 'enqueue'>;
}

/** Each end is reported once, as its job id is unique. */
export function quotaRequestFollower(parts: Parts): RunListener {
  return {
    wants: isEnd,
    onRunEvent: async (state) => {
      const { request, epoch } = state;
      const end = endOf(state);
      if (end === undefined) return;
      const ending = `${end.status}-${epoch}`;
      await endQuotaRequest(parts, request.runId, request.target, { end, ending });
    },
    onStartRefused: async ({ runId, target }, fault) => {
      const end = { status: 'refused', why: fault.message } as const;
      await endQuotaRequest(parts, runId, target, { end, ending: 'refused' });
    },
  };
}

/** Ignores runs without a quota request. @param ending distinguishes the ends of one run. */
export async function endQuotaRequest(
  { texts, queues }: Parts,
  runId: string,
  gateway: string,
  { end, ending }: { readonly end: QuotaRequestEnd; readonly ending: string },
): Promise<void> {
  const kept = await texts.record(quotaRequestRef(runId), storedQuotaRequest);
  if (kept === undefined) return;
  const { owner, desired } = kept;
  const to = { user: owner, channel: owner, job: `${runId}-told-${ending}` };
  const payload: z.input<typeof quotaRequestPayload> = {
    gateway,
    action: 'end',
    owner,
    desired,
    of: runId,
    end,
    to,
  };
  await queues.enqueue('quota-request', payload, to.job, to);
}

function endOf(state: RunState): QuotaRequestEnd | undefined {
  const { status } = state;
  if (status !== 'succeeded' && status !== 'failed' && status !== 'cancelled') return undefined;
  const failed = Object.values(state.steps).find((step) => step.status === 'failed');
  const why = status === 'failed' ? failed?.fault?.message : undefined;
  return { status, ...(why === undefined ? {} : { why }) };
}
