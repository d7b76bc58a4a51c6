// Admission of runs: operators and approvals, checked at each start and retry.
import { guidance, slashCommand } from '../../src/kernel/guidance.ts';
import type { Lease } from '../../src/gateway/runs.ts';
import { leaseIn } from '../../src/gateway/options.ts';
import { approvalMissing, isFresh, needsApproval, retryExpired } from './run-approval.ts';
import { type Fault, fail } from '../../src/kernel/errors.ts';
import type { RunApproval, Who } from '../../src/engine/journal.ts';
import type { Admit, RunStart } from '../../src/engine/worker-options.ts';
import { type Permissions, authorityOf } from '../../src/slack/people/permissions.ts';
import type { Approvals } from './store.ts';

export interface AdmissionParts {
  /** Runbooks that need an approver. */
  readonly requiresApproval: readonly string[];
  readonly permissions: Pick<Permissions, 'may'>;
  readonly approvals: Pick<Approvals, 'read'>;
  readonly leases: { read(gateway: string): Promise<Lease | undefined> };
}

export interface Admission {
  readonly admit: Admit;
  /** The refusal of a teardown at a lease's end; transient while it cannot be determined. */
  whyNotToEnd(lease: Lease): Promise<Fault | undefined>;
}

export function createAdmission(parts: AdmissionParts): Admission {
  const whyNotToEnd = (lease: Lease) => leaseRefusal(parts, lease);
  return { admit: (start) => admit(parts, start), whyNotToEnd };
}

async function admit(parts: AdmissionParts, start: RunStart): Promise<Fault | undefined> {
  const { request, by, ended } = start;
  const { runbook, target, input, runId } = request;
  const now = Date.now();
  const lease = await parts.leases.read(target);
  if (request.origin === 'lease' && ended === undefined) {
    if (lease?.ending !== runId) return noLease(target, runId);
    return leaseRefusal(parts, lease);
  }
  const expired = ended === undefined ? undefined : retryExpired(ended, now);
  if (expired !== undefined) return expired;
  const refused = await notOperator(parts, by);
  if (refused !== undefined) return refused;
  const leaseMs = runbook === 'provision' ? leaseIn(input) : undefined;
  if (!needsApproval(parts.requiresApproval, { runbook, leaseMs }, { lease, now }))
    return undefined;
  return approvalRefusal(parts, start, now);
}

/** Decides by the stored question, never by the job's payload. */
async function approvalRefusal(
  parts: AdmissionParts,
  { request, by, approval, ended }: RunStart,
  now: number,
): Promise<Fault | undefined> {
  const { runbook, target, runId } = request;
  const missing = (why: string) => approvalMissing(runbook, target, why);
  const question = approval === undefined ? undefined : await parts.approvals.read(approval.id);
  if (approval === undefined || question?.decision?.verdict !== 'approved') {
    return missing('This run needs an approval from another operator');
  }
  const { request: asked, decision } = question;
  const isOfRun =
    asked.kind !== 'key' &&
    (asked.kind === 'quota' ? runbook === 'provision' : asked.kind === runbook) &&
    asked.gateway === target &&
    asked.runId === runId;
  if (!isOfRun || decision.by !== approval.by.user) {
    return missing('The approval is for a different request');
  }
  if (!isFresh(question, now)) return missing('The approval is older than an hour');
  const isOwn = decision.by === by.user || decision.by === asked.by.user;
  if (isOwn || (ended === undefined && asked.by.user !== by.user)) {
    return missing('The requester and the approver must be two people');
  }
  const approver = { user: decision.by, channel: decision.channel ?? decision.by };
  return approverRefusal(parts, approver, missing);
}

/** A lease counts while its two people are operators. */
async function leaseRefusal(parts: AdmissionParts, lease: Lease): Promise<Fault | undefined> {
  const { gateway, by, approvedBy } = lease;
  const missing = (why: string) => approvalMissing('teardown', gateway, why);
  const refused = await notOperator(parts, by);
  if (refused?.kind === 'transient') return refused;
  if (refused !== undefined) {
    return fail('refused', refused.code, 'The person who set this lease is no longer an operator', {
      next: guidance`An operator can run ${slashCommand('teardown', gateway)}.`,
    }).fault;
  }
  if (!needsApproval(parts.requiresApproval, { runbook: 'teardown' }, { lease, now: Date.now() })) {
    return undefined;
  }
  if (approvedBy === undefined || approvedBy.user === by.user) {
    return missing('The teardown at the end of this lease needs an approval from another operator');
  }
  return approverRefusal(parts, approvedBy, missing);
}

async function approverRefusal(
  parts: AdmissionParts,
  approver: RunApproval['by'],
  missing: (why: string) => Fault,
): Promise<Fault | undefined> {
  const refused = await notOperator(parts, approver);
  if (refused === undefined || refused.kind === 'transient') return refused;
  return missing('The approver is no longer an operator');
}

/** @returns refused/not_operator, or transient/operators_unknown while Slack does not answer. */
async function notOperator({ permissions }: AdmissionParts, who: Who): Promise<Fault | undefined> {
  const verdict = await permissions.may('operator', authorityOf(who), { isFresh: true });
  if (verdict.allowed) return undefined;
  const next = 'Ask an operator, or try again later.';
  if (verdict.isUnknown === true) {
    return fail('transient', 'operators_unknown', verdict.sentence, { next }).fault;
  }
  return fail('refused', 'not_operator', verdict.sentence, { next }).fault;
}

const noLease = (gateway: string, runId: string): Fault =>
  fail(
    'refused',
    'lease_changed',
    `Run ${runId} does not belong to the current lease of ${gateway}`,
    {
      next: guidance`Check ${slashCommand('status', gateway)}.`,
    },
  ).fault;
