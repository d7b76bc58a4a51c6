// What a click does: the table of buttons. A click proves nothing, so permission and state are looked at again.
import type { JobPayload } from '../../jobs/index.ts';
import type { Who } from '../runbook/journal.ts';
import { answerCommand, once } from './answer-command.ts';
import type { Desk, Reply } from './commands/command.ts';
import { decideApproval } from './decide-approval.ts';
import { retryAsk, stopAsk } from './ask-clicks.ts';
import { openAskWindow, openEditWindow } from './ask-window.ts';
import { type Deadline, ackFault, withinDeadline } from './deadline.ts';
import { extendLease } from './extend-lease.ts';
import { jobId } from './job-id.ts';
import { gatewayNamed } from './gateway-choice.ts';
import { openKeyWindow } from './key-window.ts';
import { approvePlan } from './plan-job.ts';
import { repair } from './repair.ts';
import { cancelRun, retryRun } from './start-run.ts';
import { openTeardownWindow } from './teardown-window.ts';
import { readLater } from './views/explained-fault.ts';
import { faultMessage } from './views/fault.ts';
import { refusal } from './views/help.ts';
import { loadingKeyModal, readRevealed } from './views/key.ts';
import { readRevoke } from './views/key-news.ts';
import { accepted, outcome, say } from './views/message.ts';
import { witnessClick } from './witness.ts';

export interface Click {
  readonly by: Who;
  readonly action: string;
  readonly value: string;
  /** The same for a click that is delivered twice. */
  readonly delivery: string;
  readonly triggerId: string | undefined;
  /** The window that the button is in. */
  readonly view: { readonly id: string; readonly hash: string } | undefined;
  readonly threadTs: string | undefined;
  /** The message that the button is in. */
  readonly messageTs: string | undefined;
}

export interface ClickReply extends Reply {
  /** `replace`: the question is answered, and its buttons go. */
  readonly how: 'replace' | 'add' | 'silent';
}

/** Never rejects: what goes wrong is the reply. */
export async function answerClick(click: Click, desk: Desk): Promise<ClickReply> {
  const job = jobId('click', click.delivery);
  if (click.action.startsWith('command.')) return commandClick(click, desk);
  const reply = await withinDeadline((deadline) => pressed(click, desk, deadline)).catch(
    (error: unknown): ClickReply => {
      const fault = ackFault(error);
      desk.log.warn({ action: click.action, job, fault }, 'click failed');
      return { message: faultMessage(fault, job), how: 'add' };
    },
  );
  witnessClick(desk, click, reply);
  return reply;
}

/** A next action's button types its command for the person who pressed it. */
async function commandClick(click: Click, desk: Desk): Promise<ClickReply> {
  const { by, delivery, triggerId } = click;
  const given = { by, via: 'click', threadTs: undefined, triggerId, delivery } as const;
  return { ...(await answerCommand(click.value, given, desk)), how: 'add' };
}

async function pressed(click: Click, desk: Desk, deadline: Deadline): Promise<ClickReply> {
  const { action, value: runId } = click;
  const decision = { by: click.by, delivery: click.delivery, deadline };
  const job = jobId('click', click.delivery);
  const taken = (work: () => Promise<Reply>): Promise<Reply> => once(desk, decision, work, job);
  switch (action) {
    case 'plan.approve':
      return answered(await taken(() => approve(click, desk, deadline)));
    case 'run.dismiss': {
      const text = 'Nothing was started.';
      return { message: say(text, { mark: outcome('refused', runId) }), how: 'replace' };
    }
    case 'run.cancel':
      return shown(await taken(() => cancelRun(desk, decision, runId)), 'add');
    case 'run.retry':
      return shown(await taken(() => retryRun(desk, decision, runId)), 'add');
    case 'doctor.repair':
      return answered(await taken(() => repair(desk, { ...decision, value: click.value })));
    case 'lease.extend':
      return extend(click, desk, deadline);
    case 'teardown.open':
      return openTeardown(click, desk);
    case 'ask.stop':
      return stopAsk(desk, click);
    case 'ask.retry':
      return shown(await taken(() => retryAsk(desk, decision, click.value)), 'add');
    case 'ask.later': {
      const { job: again, at } = readLater(click.value);
      return shown(await taken(() => retryAsk(desk, decision, again, { notBefore: at })), 'add');
    }
    case 'ask.own-model':
      return shown(
        await taken(() => retryAsk(desk, decision, click.value, { ownModel: true })),
        'add',
      );
    case 'ask.edit':
      return { ...openEditWindow(desk, click), how: 'silent' };
    case 'ask.more':
    case 'ask.write':
      return { ...openAskWindow(desk, click), how: 'silent' };
    case 'key.reveal':
      return shown(await taken(() => reveal(click, desk, deadline)), 'silent');
    case 'key.revoke':
      return answered(await taken(() => revoke(click, desk, deadline)));
    case 'approval.approve':
    case 'approval.deny': {
      const verdict = action === 'approval.approve' ? 'approved' : 'denied';
      const press = { ...decision, value: click.value, verdict } as const;
      // Every copy of the question is edited once it is decided: the press itself is answered beside it only if refused.
      const reply = await taken(() => decideApproval(desk, press));
      return shown(reply, reply.message.mark?.kind === 'accepted' ? 'silent' : 'add');
    }
    default: {
      const text = 'This button is from another version of me. Type `/llmgw help`.';
      return { message: say(text, { mark: outcome('refused', job) }), how: 'add' };
    }
  }
}

/** The first delivery has said it all. */
function shown(reply: Reply, how: ClickReply['how']): ClickReply {
  return { ...reply, how: reply.isRepeat === true ? 'silent' : how };
}

/** A refusal leaves the question to those who may answer it. */
function answered(reply: Reply): ClickReply {
  return shown(reply, reply.message.mark?.kind === 'accepted' ? 'replace' : 'add');
}

function approve(click: Click, desk: Desk, deadline: Deadline): Promise<Reply> {
  const { by, threadTs, delivery, value } = click;
  return approvePlan(desk, { by, threadTs, delivery, deadline }, value);
}

/** The warning becomes the word that it is extended; a refusal leaves it as it is. */
async function extend(click: Click, desk: Desk, deadline: Deadline): Promise<ClickReply> {
  const { by, value, delivery } = click;
  const job = jobId('extend', delivery);
  let how: ClickReply['how'] = 'add';
  const work = async (): Promise<Reply> => {
    const { isExtended, ...reply } = await extendLease(desk, { by, value, deadline, job });
    if (isExtended) how = 'replace';
    return reply;
  };
  const reply = await once(desk, { delivery, deadline }, work, job);
  return shown(reply, how);
}

async function openTeardown(click: Click, desk: Desk): Promise<ClickReply> {
  const { isOpening, ...reply } = await openTeardownWindow(desk, click);
  return { ...reply, how: isOpening ? 'silent' : 'add' };
}

/** Whoever presses sees their own key: the job takes the person from the click. */
async function reveal(click: Click, desk: Desk, deadline: Deadline): Promise<Reply> {
  const { by, delivery, triggerId, value, view } = click;
  const { gateway: named, app } = readRevealed(value);
  const gateway = gatewayNamed(desk, named);
  const job = jobId('key', delivery);
  const payload: JobPayload<'key'> = {
    gateway: gateway.name,
    action: 'reveal',
    app,
    to: { ...by, job, threadTs: click.threadTs, viewId: job },
  };
  deadline.begin();
  await desk.queues.enqueue('key', payload, job, by);
  const window = async (): Promise<void> => {
    if (view === undefined) {
      if (triggerId !== undefined) await openKeyWindow(desk, triggerId, job);
      return;
    }
    const { hash } = await desk.messenger.updateModal(view, loadingKeyModal(job));
    await desk.memory.saveModal(job, { id: view.id, hash });
  };
  return { message: say('Your key appears in a window.', { mark: accepted(job) }), after: window };
}

/** The owner's own word, or an operator's, looked at again now. */
async function revoke(click: Click, desk: Desk, deadline: Deadline): Promise<Reply> {
  const { by, delivery, threadTs, value } = click;
  const job = jobId('key', delivery);
  const asked = readRevoke(value);
  if (asked === undefined) {
    return { message: refusal('This button is from another version of me.', job, 'Not now.') };
  }
  const { owner, app } = asked;
  const verdict =
    owner === by.user ? { allowed: true as const } : await desk.permissions.may('operator', by);
  if (!verdict.allowed) return { message: refusal(verdict.sentence, job) };
  const payload: JobPayload<'key'> = {
    gateway: gatewayNamed(desk, asked.gateway).name,
    action: 'revoke',
    app,
    owner: owner === by.user ? undefined : owner,
    isConfirmed: true,
    to: { ...by, job, threadTs },
  };
  deadline.begin();
  await desk.queues.enqueue('key', payload, job, by);
  return {
    message: say('Revoking the key; you see here when it is done.', { mark: accepted(job) }),
  };
}
