// Audit entries for the ends of jobs and runs.
import type { Job, JobEnd } from '../../src/job/job.ts';
import { z } from 'zod';
import type { AuditEntry, AuditTrail } from '../../src/kernel/audit-trail.ts';
import type { RunState } from '../../src/engine/journal.ts';
import { isEnd } from '../../src/engine/listeners.ts';
import type { RunListener } from '../../src/engine/worker-options.ts';

/** Audits how each run ended, once an epoch, and each refusal. */
export function runAuditor(audit: AuditTrail): RunListener {
  return {
    wants: isEnd,
    onRunEvent: (state) => audit.noteOnce(`${state.request.runId}:${state.epoch}`, endOfRun(state)),
    onStartRefused: async (request, fault) =>
      audit.note({ ...ofRun(request), outcome: 'refused', why: fault.code }),
    onCommandRefused: async ({ op, runId, by: { user: who, channel } }, { code: why }) => {
      const what = `run.${op}`;
      audit.note({ who, what, channel, via: 'run', outcome: 'refused', why, job: runId });
    },
  };
}

const ofRun = ({ runId, runbook, target, by, approvedBy }: RunState['request']) =>
  ({
    ...(approvedBy === undefined ? {} : { approvedBy }),
    who: by.user,
    what: runbook,
    on: target,
    channel: by.channel,
    via: 'run',
    job: runId,
  }) as const;

const told = z.object({
  gateway: z.string(),
  action: z.string().optional(),
  app: z.string().optional(),
  owner: z.string().optional(),
  approval: z.object({ by: z.object({ user: z.string() }) }).optional(),
  id: z.string().optional(),
  to: z.object({ user: z.string(), channel: z.string(), job: z.string() }),
});

/** Jobs that only read, or whose end a run reports, leave no entry. */
export function noteJob(
  audit: AuditTrail,
  job: Pick<Job, 'auditName' | 'isTimed'>,
  payload: unknown,
  { status, code, how }: JobEnd,
): void {
  const read = told.safeParse(payload).data;
  if (read === undefined) return;
  const { gateway, action, app, owner, approval, id, to } = read;
  const what = job.auditName(payload);
  if (what === undefined || how === 'idle') return;
  const isLater = job.isTimed === true;
  audit.note({
    who: isLater ? 'llmgw' : to.user,
    what,
    on: id ?? (app === undefined ? gateway : `${gateway} ${app}`),
    ...(owner === undefined || (owner === to.user && !isLater) ? {} : { for: owner }),
    ...(approval === undefined ? {} : { approvedBy: approval.by.user }),
    channel: to.channel,
    via: 'job',
    outcome:
      action === 'revoke' && status === 'ok' && !isConfirmed(payload) ? 'asked' : (how ?? status),
    ...(code === undefined ? {} : { why: code }),
    job: to.job,
  });
}

const isConfirmed = (payload: unknown): boolean =>
  z.object({ isConfirmed: z.literal(true) }).safeParse(payload).success;

function endOfRun(state: RunState): Omit<AuditEntry, 'at'> {
  const { by } = state.request;
  const failed = Object.entries(state.steps).find(([, step]) => step.status === 'failed');
  return {
    ...ofRun(state.request),
    ...(state.approval === undefined ? {} : { approvedBy: state.approval.by.user }),
    who: (state.status === 'cancelled' ? state.cancelledBy : state.retriedBy)?.user ?? by.user,
    outcome: state.status,
    ...(failed === undefined || state.status === 'succeeded'
      ? {}
      : { why: `${failed[0]}: ${failed[1].fault?.code ?? 'failed'}` }),
  };
}
