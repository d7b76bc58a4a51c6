// Approve and Deny, pressed: a click proves nothing, so who, whether still open, and on what are looked at here.
import type { ApprovalRequest } from '../../jobs/audience.ts';
import type { JobPayload } from '../../jobs/index.ts';
import type { Approval, Decision } from '../approval-store.ts';
import { createHomeRefresh } from '../home-refresh.ts';
import type { Who } from '../runbook/journal.ts';
import type { Desk, Reply } from './commands/command.ts';
import type { Deadline } from './deadline.ts';
import { jobId } from './job-id.ts';
import { code } from './slack-text.ts';
import { decidedMessage } from './views/approval.ts';
import { refusal } from './views/help.ts';
import { accepted, say } from './views/message.ts';

export interface ApprovalPress {
  readonly by: Who;
  /** Of the button: the question's id. */
  readonly value: string;
  readonly verdict: Decision['verdict'];
  readonly delivery: string;
  readonly deadline: Deadline;
}

export async function decideApproval(desk: Desk, press: ApprovalPress): Promise<Reply> {
  const { by, value: id, verdict, delivery, deadline } = press;
  const job = jobId('approval', delivery);
  const verdictOf = await desk.permissions.may('operator', by);
  if (!verdictOf.allowed) return { message: refusal(verdictOf.sentence, job) };
  const approval = await desk.approvals.read(id);
  if (approval === undefined) return { message: gone(job) };
  const { request } = approval;
  if (request.kind !== 'key' && request.by.user === by.user && verdict === 'approved') {
    return { message: refusal(await ownWish(desk, by), job) };
  }
  deadline.begin();
  const decision = { by: by.user, verdict, at: Date.now() };
  const counts = await desk.approvals.decide(id, decision);
  if (counts === undefined) return { message: gone(job) };
  // The same person's same word again: a repeated press, or one whose process was lost before it was carried out.
  if (counts.by !== by.user || counts.verdict !== verdict) {
    const text = `<@${counts.by}> has ${counts.verdict} this already.`;
    return { message: refusal(text, job, 'Too late.') };
  }
  try {
    await carryOut(desk, request, counts);
  } catch (error) {
    await desk.approvals.reopen(id, decision).catch(() => undefined);
    throw error;
  }
  const words = verdict === 'approved' ? 'You approved it.' : 'You denied it: nothing begins.';
  return {
    message: say(words, { mark: accepted(job) }),
    after: async () => {
      await createHomeRefresh(desk).ofEverybody();
      await showDecision(desk, { ...approval, decision: counts });
    },
  };
}

async function carryOut(
  { queues }: Desk,
  request: ApprovalRequest,
  { by, verdict }: Decision,
): Promise<void> {
  const { id, gateway, hash } = request;
  const isApproved = verdict === 'approved';
  const who = { user: by, channel: by };
  if (request.kind === 'key') {
    const payload: JobPayload<'key'> = {
      gateway,
      action: isApproved ? 'approve' : 'deny',
      owner: request.owner,
      app: request.app,
      key: hash,
      to: { ...who, job: `${id}-decided` },
    };
    return queues.enqueue('key', payload, `${id}-decided`, who);
  }
  if (!isApproved) return;
  // The run is its asker's; who approved it goes along, and is looked at again where it begins.
  const given = {
    gateway,
    approved: hash,
    second: by,
    to: { ...request.by, job: request.runId },
  };
  if (request.kind === 'provision') {
    const payload: JobPayload<'plan'> = { ...given, asks: true };
    return queues.enqueue('plan', payload, `${id}-decided`, who);
  }
  const payload: JobPayload<'teardown-look'> = { ...given, removeApps: request.removeApps };
  return queues.enqueue('teardown-look', payload, `${id}-decided`, who);
}

async function showDecision(
  { approvals, messenger, log }: Desk,
  { request, decision }: Approval,
): Promise<void> {
  if (decision === undefined) return;
  const message = decidedMessage(request, decision);
  const places = await approvals.places(request.id);
  const { by } = request;
  if (request.kind !== 'key' && !places.some(({ channel }) => channel === by.channel)) {
    await messenger.whisper(by, message);
  }
  for (const place of places) {
    await messenger
      .editPatiently(place, message)
      .catch((error: unknown) => log.warn({ error: String(error) }, 'a decision is not shown'));
  }
}

async function ownWish({ permissions }: Desk, by: Who): Promise<string> {
  const others = permissions.operators.filter((id) => id !== by.user);
  const who = others.map((id) => (/^[UW]/.test(id) ? `<@${id}>` : code(id))).join(', ');
  return `This is your own wish: another operator must approve it${who === '' ? '' : ` (${who})`}. You may withdraw it with *Deny*.`;
}

function gone(job: string) {
  const text =
    'This question is over: nobody approved it in time, which counts as no. *Next:* ask anew.';
  return refusal(text, job, 'Too late.');
}
