// Bolt's listeners: each delivery is read, answered through the desk, and acked; nothing is left to hang.
import { commandCode } from '../messages/commands.ts';
import type {
  AckFn,
  App,
  ReceiverEvent,
  RespondArguments,
  ViewResponseAction,
  ViewSubmitAction,
} from '@slack/bolt';
import { toFault } from '../../kernel/errors.ts';
import { type Answered, answerCommand } from '../dispatch/answer-command.ts';
import { answerClick } from '../dispatch/answer-click.ts';
import type { ClickReply } from '../dispatch/click.ts';
import { answerSubmission } from '../dispatch/answer-submission.ts';
import { readAuthor } from '../people/read-delivery.ts';
import { notAMember } from '../people/refused-person.ts';
import type { Payload } from '../send/outgoing.ts';
import { code, mrkdwn } from '../messages/mrkdwn.ts';
import { outcome, say } from '../messages/message.ts';
import { admitFirst, refuseEvent } from './admission.ts';
import { countReply } from './count-reply.ts';
import { hearMessages } from './hear-messages.ts';
import {
  type BlockActions,
  type ViewSubmission,
  blockActions,
  homeOpened,
  messageAction,
  sessionStopped,
  slashCommand,
  viewSubmission,
} from '../dispatch/incoming.ts';
import { ackFault } from '../dispatch/deadline.ts';
import { jobId } from '../dispatch/job-id.ts';
import { refusesEdit } from '../send/slack-faults.ts';
import { faultMessage } from '../messages/fault.ts';
import { type PendingWork, createPendingWork } from './pending-work.ts';
import type { ListenerParts, ReceiverContext } from './receiver-context.ts';

export function listen(app: App, parts: ListenerParts): PendingWork {
  const pending = createPendingWork(parts.desk.log);
  const context: ReceiverContext = { ...parts, pending };
  hearFirst(app, context);
  admitFirst(app, context);
  hearMessages(app, context);
  app.action(/.*/, async ({ body, ack }) => {
    await hearClick(context, blockActions.parse(body), () => ack());
  });
  app.view<ViewSubmitAction>({ type: 'view_submission' }, async ({ body, ack }) => {
    await hearSubmission(context, viewSubmission.parse(body), ack);
  });
  // Nothing of ours sends these; another version may have.
  app.view({ type: 'view_closed' }, async ({ ack }) => ack());
  app.shortcut({ type: 'message_action' }, async ({ body, ack }) => {
    await ack();
    const action = messageAction.parse(body);
    const { after, message } = parts.desk.handlers.shortcut(parts.desk, action, parts.names);
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
    if (isByNobody(event)) return;
    const { tab } = homeOpened.parse(event);
    // The other tab is the direct messages.
    if (tab === 'home') pending.run('home', () => hearHome(context, event));
  });
  app.event('agent_session_stopped', async ({ event }) => {
    if (isByNobody(event)) return;
    await hearStop(context, event);
  });
  app.options(/.*/, async ({ ack }) => ack({ options: [] }));
  app.error(async ({ error, body }: { error: Error; body: object }) => {
    notHandled(context, error, body);
  });
  return pending;
}

/**
 * What Bolt's way does not suit. It acks events before their listeners run: a crash in between would lose them, as Slack
 * then sends no more. And it asks each listener about each delivery, which for a command takes longer than to answer it.
 */
function hearFirst(app: App, context: ReceiverContext): void {
  const process = app.processEvent.bind(app);
  app.processEvent = async (event: ReceiverEvent) => {
    const { body, ack } = event;
    if (typeof body['command'] === 'string') {
      return hearCommand(context, body, ack).catch((error: unknown) =>
        notHandled(context, error, body),
      );
    }
    if (body['type'] !== 'event_callback') return process(event);
    await process({ ...event, body: withoutNulls(body), ack: async () => undefined });
    await ack();
  };
}

/** Bolt cannot read an event whose `user` or `channel` is null, and Slack would deliver it again. */
function withoutNulls(body: ReceiverEvent['body']): ReceiverEvent['body'] {
  const given: unknown = body['event'];
  if (typeof given !== 'object' || given === null) return body;
  const event = Object.fromEntries(Object.entries(given).filter(([, value]) => value !== null));
  return { ...body, event };
}

/** Workflows and apps act without a user. */
const isByNobody = (event: unknown): boolean => readAuthor(event).user === undefined;

async function hearHome(context: ReceiverContext, event: unknown): Promise<void> {
  const { user } = homeOpened.parse(event);
  const { desk, people } = context;
  const membership = await people.membership(readAuthor(event));
  if (membership.kind === 'program') return;
  if (membership.kind === 'person') return desk.handlers.home.open(desk, user);
  const { reason } = membership;
  refuseEvent(
    context,
    { user, reason },
    { via: 'home', channel: user, said: 'open Home', delivery: `home:${user}` },
    async () => undefined,
  );
  await desk.handlers.home.showTrouble(desk, user, notAMember(reason, true).fault);
}

/** Slack's own Stop. */
async function hearStop(context: ReceiverContext, event: unknown): Promise<void> {
  const stopped = sessionStopped.parse(event);
  const { user, channel, thread_ts: threadTs, streaming_message_ts: streams } = stopped;
  const { desk, people } = context;
  const membership = await people.membership(readAuthor(event));
  if (membership.kind === 'program') return;
  if (membership.kind === 'person') return desk.handlers.conversations.stop(desk, stopped);
  const delivery = `stop:${user}:${channel}:${threadTs}`;
  refuseEvent(
    context,
    { user, reason: membership.reason },
    { via: 'click', channel, said: 'stop', delivery },
    (message) =>
      desk.messenger.whisper(
        { user, channel, threadTs, isThreadNew: streams.length === 0 },
        message,
      ),
  );
}

function notHandled({ desk, pending }: ReceiverContext, error: unknown, body: object): void {
  desk.log.error({ fault: toFault(error) }, 'a delivery could not be handled');
  const url = 'response_url' in body ? body.response_url : undefined;
  if (typeof url !== 'string') return;
  const words = mrkdwn`Something I do not know went wrong, and nothing was started. Please try again, and report it if it stays.`;
  const message = say(words, { mark: outcome('failed', 'delivery') });
  pending.run('error', () => desk.messenger.respond(url, message, 'add'));
}

async function hearCommand(
  { desk, metrics, pending }: ReceiverContext,
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
  countReply(metrics, answered.command, answered);
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
  const text = mrkdwn`${code(command)} is not mine. I answer to \`/llmgw\`; ${commandCode('help')} lists what I can do.`;
  return say(text, { mark: outcome('refused', 'command') });
}

async function hearClick(
  { desk, pending }: ReceiverContext,
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
    const after = await desk.handlers.home.press(click, desk);
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
  { desk, pending }: ReceiverContext,
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
  { messenger }: ReceiverContext['desk'],
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
      if (!refusesEdit(error)) throw error;
      return messenger.whisper({ user: body.user.id, channel: channel.id }, message);
    }
  }
  if (url !== undefined) return messenger.respond(url, message, how);
  await messenger.whisper({ user: body.user.id, channel: channel?.id ?? body.user.id }, message);
}
