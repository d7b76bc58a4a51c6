// Delivery of approval questions to operators, once per place.
import { sayOnce } from '../../src/slack/send/once.ts';
import type { ApprovalRequest, QuotaRequest } from './questions.ts';
import type { Approval, Approvals } from './store.ts';
import { approvalFreshMs, isFresh } from './run-approval.ts';
import { toFault } from '../../src/kernel/errors.ts';
import type { Log } from '../../src/kernel/log.ts';
import { showQuestion } from './close-question.ts';
import { type Messenger, whenAdmitted } from '../../src/slack/send/messenger.ts';
import type { GroupMembers } from '../../src/slack/people/permissions.ts';
import type { SlackMemory } from '../../src/slack/send/slack-memory.ts';
import { approvalQuestion } from './view.ts';

export interface AskingParts {
  readonly approvals: Approvals;
  readonly messenger: Messenger;
  readonly memory: SlackMemory;
  readonly operators: readonly string[];
  readonly membersOf: GroupMembers;
  readonly log: Log;
}

/** Time until a question expires, ms. */
const openMs = {
  key: 7 * 86_400_000,
  quota: 3 * 86_400_000,
  provision: approvalFreshMs,
  teardown: approvalFreshMs,
} as const;

/** Limit of places per question. */
const mostPlaces = 20;

/** @returns the question. @throws the last place's error when no place could be reached. */
export async function askApproval(parts: AskingParts, request: ApprovalRequest): Promise<Approval> {
  const opened = await open(parts, request);
  if (opened.decision === undefined) await askEverywhere(parts, opened);
  return opened;
}

async function open({ approvals }: AskingParts, request: ApprovalRequest): Promise<Approval> {
  const ask = () => approvals.open(request, Date.now() + openMs[request.kind]);
  const opened = await ask();
  if (opened.decision === undefined) return opened;
  // A requested key is pending, so an earlier decision had no effect or lost it.
  const isSpent = opened.decision.verdict === 'approved' && !isFresh(opened, Date.now());
  if (request.kind !== 'key' && !isSpent) return opened;
  await approvals.drop(request.id);
  return ask();
}

/** Each person has at most one open quota request per gateway; see `QuotaNotifier.askForQuota`. */
export async function askForQuota(
  parts: AskingParts,
  request: QuotaRequest,
): Promise<{ readonly question: Approval; readonly instead: Approval | undefined }> {
  const { approvals } = parts;
  const until = Date.now() + openMs.quota;
  const slot = `quota:${request.gateway}:${request.by.user}`;
  const { open: id, withdrawn } = await approvals.openOnly(slot, request, until);
  const instead = withdrawn === undefined ? undefined : await approvals.read(withdrawn);
  if (instead !== undefined) await showQuestion(parts, instead);
  const opened = (await approvals.read(id)) ?? { request, until, decision: undefined };
  if (opened.decision === undefined) await askEverywhere(parts, opened);
  // A newer request or a decision may have arrived in between.
  const question = (await approvals.read(id)) ?? opened;
  if (question.decision !== undefined) await showQuestion(parts, question);
  return { question, instead };
}

async function askEverywhere(parts: AskingParts, opened: Approval): Promise<void> {
  const { approvals, messenger, memory, log } = parts;
  const { request } = opened;
  const message = approvalQuestion(request, opened.until);
  let failed: unknown;
  for (const channel of await placesFor(parts, request)) {
    const once = `approval:${request.id}:${opened.until}:${channel}`;
    try {
      await sayOnce(memory, once, async () => {
        const place = await whenAdmitted(() => messenger.post({ channel }, message));
        await approvals.addPlace(request.id, place);
      });
    } catch (error) {
      const { code } = toFault(error);
      log.warn({ approval: request.id, channel, code, err: error }, 'question post failed');
      failed = error;
    }
  }
  if (failed !== undefined && (await approvals.places(request.id)).length === 0) throw failed;
}

async function placesFor(
  { operators, membersOf }: AskingParts,
  { kind, by }: ApprovalRequest,
): Promise<string[]> {
  const groups = operators.filter((id) => id.startsWith('S'));
  const members = (await Promise.all(groups.map((group) => membersOf(group)))).flatMap((set) => [
    ...set,
  ]);
  // A run's own channel sees the question too, as its card will be there. The requester does not decide.
  const isRun = kind === 'provision' || kind === 'teardown';
  const here = isRun && /^[CG]/.test(by.channel) ? [by.channel] : [];
  const named = operators.filter((id) => !id.startsWith('S'));
  const all = [...here, ...named, ...members];
  const others = all.filter((id) => kind === 'key' || id !== by.user);
  // A single operator decides on their own request, unless an approver is required.
  return [...new Set(others.length === 0 && !isRun ? all : others)].slice(0, mostPlaces);
}
