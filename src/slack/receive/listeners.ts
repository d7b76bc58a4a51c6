// Bolt's listeners: each delivery is read, answered through the desk, and acked; nothing is left to hang.
import type {
  AckFn,
  App,
  ReceiverEvent,
  RespondArguments,
  ViewResponseAction,
  ViewSubmitAction,
} from '@slack/bolt';
import { toFault } from '../../errors.ts';
import type { Metrics } from '../../metrics.ts';
import { type Answered, answerCommand } from '../answer-command.ts';
import { stopSession } from '../ask/ask-clicks.ts';
import { openAboutWindow } from '../ask/ask-window.ts';
import type { BotIdentity } from './bot-identity.ts';
import { answerClick } from '../clicks/answer-click.ts';
import type { ClickReply } from '../clicks/click.ts';
import type { Desk, Reply } from '../commands/command.ts';
import {
  type BlockActions,
  type Spoken,
  type ViewSubmission,
  afterMention,
  blockActions,
  eventEnvelope,
  homeOpened,
  messageAction,
  sessionStopped,
  slashCommand,
  spoken,
  viewSubmission,
} from './incoming.ts';
import { ackFault } from '../deadline.ts';
import { jobId } from '../job-id.ts';
import { whenAdmitted } from '../send/messenger.ts';
import { cannotEdit } from '../send/slack-faults.ts';
import { openHome } from '../home/open-home.ts';
import type { Payload } from '../send/outgoing.ts';
import { type PendingWork, createPendingWork } from './pending-work.ts';
import { pressHome } from '../home/press-home.ts';
import { isReply, orPrompt } from './replies.ts';
import type { TypedNames } from '../typed-names.ts';
import { answerSubmission } from '../forms/answer-submission.ts';
import { faultMessage } from '../views/fault.ts';
import { outcome, say } from '../views/message.ts';
import { mrkdwn, code } from '../mrkdwn.ts';

export interface ListenerParts {
  readonly desk: Desk;
  readonly identity: BotIdentity;
  readonly names: TypedNames;
  readonly metrics: Metrics;
}

interface Ears extends ListenerParts {
  readonly pending: PendingWork;
}

export function listen(app: App, parts: ListenerParts): PendingWork {
  const pending = createPendingWork(parts.desk.log);
  const ears: Ears = { ...parts, pending };
  hearFirst(app, ears);
  app.event('app_mention', async ({ event, body }) => {
    const { text } = spoken.parse(event);
    const rest = afterMention(text, ears.identity.userId);
    await hearWords(ears, body, spoken.parse(event), rest, 'mention');
  });
  app.event('message', async ({ event, body }) => {
    const read = spoken.safeParse(event);
    if (!read.success) return;
    if (read.data.bot_id !== undefined || read.data.subtype !== undefined) return;
    if (read.data.channel_type !== 'im') {
      if (!(await isReply(ears.desk, read.data, ears.identity.userId))) return;
      return hearWords(ears, body, read.data, `ask -- ${read.data.text}`, 'mention');
    }
    const text = read.data.text.replace(/^\s*<@[UW][A-Z0-9]+(?:\|[^>]*)?>/, '');
    await hearWords(ears, body, read.data, text, 'direct');
  });
  app.action(/.*/, async ({ body, ack }) => {
    await hearClick(ears, blockActions.parse(body), () => ack());
  });
  app.view<ViewSubmitAction>({ type: 'view_submission' }, async ({ body, ack }) => {
    await hearSubmission(ears, viewSubmission.parse(body), ack);
  });
  // Nothing of ours sends these; another version may have.
  app.view({ type: 'view_closed' }, async ({ ack }) => ack());
  app.shortcut({ type: 'message_action' }, async ({ body, ack }) => {
    await ack();
    const action = messageAction.parse(body);
    const { after, message } = openAboutWindow(parts.desk, action, parts.names);
    pending.run(message.text, async () => {
      try {
        await after?.();
      } catch (error) {
        const { user, channel, trigger_id: triggerId } = action;
        const words = faultMessage(ackFault(error), jobId('ask', triggerId));
        await parts.desk.messenger.whisper({ user: user.id, channel: channel.id }, words);
        throw error;
      }
    });
  });
  app.shortcut({ type: 'shortcut' }, async ({ ack }) => ack());
  app.event('app_home_opened', async ({ event }) => {
    const { user, tab } = homeOpened.parse(event);
    // The other tab is the direct messages.
    if (tab === 'home') pending.run('home', () => openHome(parts.desk, user));
  });
  app.event('agent_session_stopped', async ({ event }) => {
    await stopSession(parts.desk, sessionStopped.parse(event));
  });
  app.options(/.*/, async ({ ack }) => ack({ options: [] }));
  app.error(async ({ error, body }: { error: Error; body: object }) => {
    notHandled(ears, error, body);
  });
  return pending;
}

/**
 * What Bolt's way does not suit. It acks events before their listeners run: a crash in between would lose them, as Slack
 * then sends no more. And it asks each listener about each delivery, which for a command takes longer than to answer it.
 */
function hearFirst(app: App, ears: Ears): void {
  const process = app.processEvent.bind(app);
  app.processEvent = async (event: ReceiverEvent) => {
    const { body, ack } = event;
    if (typeof body['command'] === 'string') {
      return hearCommand(ears, body, ack).catch((error: unknown) => notHandled(ears, error, body));
    }
    if (body['type'] !== 'event_callback') return process(event);
    await process({ ...event, ack: async () => undefined });
    await ack();
  };
}

function notHandled({ desk, pending }: Ears, error: unknown, body: object): void {
  desk.log.error({ fault: toFault(error) }, 'a delivery could not be handled');
  const url = 'response_url' in body ? body.response_url : undefined;
  if (typeof url !== 'string') return;
  const words = mrkdwn`Something I do not know went wrong, and nothing was started. Please try again, and report it if it stays.`;
  const message = say(words, { mark: outcome('failed', 'delivery') });
  pending.run('error', () => desk.messenger.respond(url, message, 'add'));
}

async function hearCommand(
  { desk, metrics, pending }: Ears,
  body: unknown,
  ack: (response: RespondArguments) => Promise<void>,
): Promise<void> {
  const stop = metrics.ackSeconds.startTimer();
  const given = slashCommand.parse(body);
  const { trigger_id: triggerId, response_url: url } = given;
  const by = { user: given.user_id, channel: given.channel_id };
  const call = { by, via: 'slash', threadTs: undefined, triggerId, delivery: triggerId } as const;
  const answered: Answered =
    given.command === '/llmgw'
      ? await answerCommand(given.text, call, desk)
      : { message: otherCommand(given.command), command: 'other' };
  const [first, ...rest] = desk.messenger.personal(answered.message);
  await ack(toAck(first));
  stop();
  count(metrics, answered.command, answered);
  const { after } = answered;
  if (after !== undefined) pending.run(answered.command, after);
  if (url !== undefined && rest.length > 0) {
    pending.run('more', () => desk.messenger.respondMore(url, rest));
  }
}

function toAck(payload: Payload): RespondArguments {
  return { response_type: 'ephemeral', text: payload.text, blocks: payload.blocks };
}

function otherCommand(command: string) {
  const text = mrkdwn`${code(command)} is not mine. I answer to \`/llmgw\`; \`/llmgw help\` lists what I can do.`;
  return say(text, { mark: outcome('refused', 'command') });
}

async function hearWords(
  { desk, names, metrics, pending }: Ears,
  body: unknown,
  said: Spoken,
  text: string,
  via: 'mention' | 'direct',
): Promise<void> {
  const { event_id: delivery } = eventEnvelope.parse(body);
  const threadTs = said.thread_ts ?? said.ts;
  const by = { user: said.user, channel: said.channel };
  // A message outside a thread begins one, which has no reply yet.
  const isThreadNew = said.thread_ts === undefined;
  const call = { by, via, threadTs, isThreadNew, triggerId: undefined, delivery } as const;
  const reply = await answerCommand(await orPrompt(desk, said, await names.fill(text)), call, desk);
  count(metrics, reply.command, reply);
  if (reply.isRepeat === true || !(await isFirstAnswer(desk, delivery))) return;
  pending.run(reply.command, async () => {
    const { message, isPersonal } = reply;
    await whenAdmitted(async () => {
      const to = { user: said.user, channel: said.channel, threadTs, isThreadNew };
      if (isPersonal !== true) await desk.messenger.postOrDirect(to, message);
      else if (via === 'direct') await desk.messenger.whisperThere(to, message);
      else await desk.messenger.whisper(to, message);
    });
    await reply.after?.();
  });
}

/** Help and refusals have no effect to be kept from repeating, but are said once as well. */
async function isFirstAnswer({ memory }: Desk, delivery: string): Promise<boolean> {
  if (!memory.isUp()) return true;
  return memory.once(`answer:${delivery}`).catch(() => true);
}

async function hearClick(
  { desk, pending }: Ears,
  body: BlockActions,
  ack: () => Promise<void>,
): Promise<void> {
  const [pressed] = body.actions;
  if (pressed === undefined) return ack();
  const user = body.user.id;
  const isOnHome = body.view?.type === 'home';
  const click = {
    by: { user, channel: body.channel?.id ?? user },
    action: pressed.action_id,
    value: pressed.value,
    delivery: `${pressed.action_ts}:${user}:${pressed.action_id}`,
    triggerId: body.trigger_id,
    view: isOnHome ? undefined : body.view,
    threadTs: body.message?.thread_ts,
    messageTs: body.message?.ts,
  };
  if (isOnHome) {
    const after = await pressHome(click, desk);
    await ack();
    return pending.run(pressed.action_id, after);
  }
  const reply = await answerClick(click, desk);
  await ack();
  pending.run(pressed.action_id, async () => {
    await Promise.all([reply.after?.(), showClickReply(desk, body, reply)]);
  });
}

async function hearSubmission(
  { desk, pending }: Ears,
  { user, view }: ViewSubmission,
  ack: AckFn<ViewResponseAction>,
): Promise<void> {
  const typed = Object.entries(view.state.values).map(([block, elements]) => {
    const [element] = Object.values(elements);
    return [block, element?.value ?? ''] as const;
  });
  const reply = await answerSubmission(
    {
      user: user.id,
      viewId: view.id,
      callback: view.callback_id,
      metadata: view.private_metadata,
      values: Object.fromEntries(typed),
    },
    desk,
  );
  switch (reply.how) {
    case 'close':
      await ack();
      if (reply.after !== undefined) pending.run(view.callback_id, reply.after);
      return;
    case 'errors':
      return ack({ response_action: 'errors', errors: { ...reply.errors } });
    case 'notice':
      await ack({ response_action: 'update', view: desk.messenger.modal(reply.modal) });
      if (reply.after !== undefined) pending.run(view.callback_id, reply.after);
  }
}

async function showClickReply(
  { messenger }: Desk,
  body: BlockActions,
  { message, how: wanted }: ClickReply,
): Promise<void> {
  if (wanted === 'silent') return;
  const { response_url: url, channel, message: source } = body;
  const isPersonal = body.container?.is_ephemeral === true;
  const how = wanted !== 'settle' ? wanted : isPersonal ? 'replace' : 'add';
  // A question in a thread is a real message, whose metadata must change with it.
  if (how === 'replace' && !isPersonal && channel !== undefined && source !== undefined) {
    try {
      return await messenger.editPatiently({ channel: channel.id, ts: source.ts }, message);
    } catch (error) {
      if (!cannotEdit(error)) throw error;
      return messenger.whisper({ user: body.user.id, channel: channel.id }, message);
    }
  }
  if (url !== undefined) return messenger.respond(url, message, how);
  await messenger.whisper({ user: body.user.id, channel: channel?.id ?? body.user.id }, message);
}

function count(metrics: Metrics, command: string, { message }: Reply): void {
  const { mark } = message;
  const result = mark === undefined ? 'none' : mark.kind === 'accepted' ? 'accepted' : mark.status;
  metrics.commands.inc({ command, outcome: result });
}
