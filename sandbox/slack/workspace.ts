// The workspace for its parts: stored state, session data, ids, timestamps and lookups.
import type { SandboxContext } from '../core/context.ts';
import type { Choice, StoredBlock } from './blocks/stored-block.ts';
import {
  type MessageMetadata,
  type Program,
  type Channel,
  type Message,
  type Person,
  type SlackState,
  type AppGrant,
  type AppIdentity,
  APP_ID,
  BOT_ID,
  BOT_USER,
  seedState,
} from './state.ts';
import type { ThreadStatus } from './thread-status.ts';
import type { SharedFile, Uploads } from './uploads.ts';

/** Visible to one person only, and deleted with the session: never stored. */
export interface EphemeralMessage {
  readonly ts: string;
  readonly channel: string;
  /** Recipient of the message. */
  readonly to: string;
  readonly from: string;
  threadTs?: string;
  text: string;
  blocks: StoredBlock[];
}

export interface ModalView {
  readonly id: string;
  readonly app: string;
  hash: string;
  rootId: string;
  previousId: string | null;
  title: string;
  submit: string | null;
  close: string | null;
  blocks: StoredBlock[];
  privateMetadata: string;
  callbackId: string;
  externalId: string;
  clearOnClose: boolean;
  notifyOnClose: boolean;
  /** Errors below the inputs, by block id, from the app's last answer. */
  errors: Record<string, string>;
  /** Slack's own line at the top of the modal, such as "We had some trouble connecting". */
  notice: string;
}

export interface Trigger {
  readonly app: string;
  readonly user: string;
  readonly expiresAt: number;
  /** Set for a click inside a modal: only then can a view be pushed. */
  readonly fromView: string | undefined;
  used: boolean;
}

export interface ResponseUrl {
  readonly app: string;
  readonly channel: string;
  readonly user: string;
  readonly expiresAt: number;
  readonly original: { ts: string; ephemeral: boolean } | undefined;
  readonly threadTs: string | undefined;
  used: number;
}

export type MessageChange =
  | { readonly kind: 'posted'; readonly message: Message }
  | { readonly kind: 'changed'; readonly message: Message; readonly previous: Message }
  | { readonly kind: 'deleted'; readonly previous: Message };

/** An app with its grant; llmgw's grant is a part of the workspace's state. */
export interface HostedApp extends AppIdentity {
  readonly grant: AppGrant;
}

export interface Workspace {
  readonly ctx: SandboxContext;
  readonly state: SlackState;
  /** The acting app: llmgw, unless this is another app's view of the workspace. */
  readonly app: HostedApp;
  readonly ephemerals: EphemeralMessage[];
  /** The stack of open modals per person, top last. */
  readonly modals: Map<string, ModalView[]>;
  readonly triggers: Map<string, Trigger>;
  readonly responseUrls: Map<string, ResponseUrl>;
  readonly uploads: Uploads;
  readonly threadStatuses: ThreadStatus[];
  /** The app's last options of an external select, by action id. */
  readonly suggestions: Map<string, readonly Choice[]>;
  readonly now: () => number;
  /** Called for each new, changed or deleted message of any author. */
  readonly messageListeners: ((change: MessageChange) => void)[];
  newTs(hoursAgo?: number): string;
  newId(prefix: string): string;
  changed(): void;
}

export function createWorkspace(ctx: SandboxContext): Workspace {
  const state = ctx.state('slack', seedState);
  // A state folder may lack newer fields.
  Object.assign(state, { ...seedState(), ...state });
  return {
    ctx,
    state,
    app: { id: APP_ID, botId: BOT_ID, botUser: BOT_USER, grant: state },
    ephemerals: [],
    modals: new Map(),
    triggers: new Map(),
    responseUrls: new Map(),
    threadStatuses: [],
    suggestions: new Map(),
    uploads: ctx.state('slack-files', (): Uploads => ({ byId: {} })),
    messageListeners: [],
    now: () => ctx.clock.now(),
    newTs: (hoursAgo = 0) => {
      // Timestamps are ids: always unique, even within one microsecond.
      state.lastTs = Math.max(ctx.clock.now() * 1000, state.lastTs + 1);
      const seconds = Math.floor(state.lastTs / 1_000_000) - Math.round(hoursAgo * 3_600);
      return `${seconds}.${String(state.lastTs % 1_000_000).padStart(6, '0')}`;
    },
    newId: (prefix) => {
      state.lastId += 1;
      return `${prefix}${state.lastId.toString(36).toUpperCase().padStart(8, '0')}`;
    },
    changed: () => ctx.changed('slack'),
  };
}

export function findPerson(ws: Workspace, idOrName: string): Person | undefined {
  const wanted = idOrName.replace(/^@/, '');
  return ws.state.people.find((each) => each.id === wanted || each.name === wanted);
}

export function findChannel(ws: Workspace, idOrName: string): Channel | undefined {
  const wanted = idOrName.replace(/^#/, '');
  return ws.state.channels.find(
    (each) => each.id === wanted || (each.kind === 'channel' && each.name === wanted),
  );
}

/** The person's conversation with a bot: the app's own by default. */
export function directMessageOf(
  ws: Workspace,
  user: string,
  bot = ws.app.botUser,
): Channel | undefined {
  return ws.state.channels.find(
    (each) => each.kind === 'im' && each.members.includes(user) && each.members.includes(bot),
  );
}

/** Falls back to llmgw for an unknown app. */
export function grantOfApp(ws: Workspace, app: string): AppGrant {
  return ws.state.otherApps.find(({ id }) => id === app) ?? ws.state;
}

/** The installed app of the bot user. */
export function appOfBot(ws: Workspace, user: string): AppIdentity | undefined {
  if (user === BOT_USER) return { id: APP_ID, botId: BOT_ID, botUser: BOT_USER };
  return ws.state.otherApps.find((each) => each.botUser === user);
}

export function messagesOf(ws: Workspace, channel: string): Message[] {
  return (ws.state.messages[channel] ??= []);
}

export function findMessage(ws: Workspace, channel: string, ts: string): Message | undefined {
  return messagesOf(ws, channel).find((each) => each.ts === ts);
}

export interface NewMessage {
  readonly channel: string;
  readonly user: string;
  readonly text: string;
  readonly blocks?: StoredBlock[];
  readonly attachments?: unknown[];
  readonly metadata?: MessageMetadata | undefined;
  readonly threadTs?: string | undefined;
  readonly files?: SharedFile[];
  readonly program?: Program;
  readonly isBroadcast?: boolean;
  readonly ts?: string;
}

/** Appends a message. An unknown thread is no error in Slack: the message lands in the channel's root. */
export function addMessage(ws: Workspace, from: NewMessage): Message {
  const parent =
    from.threadTs === undefined ? undefined : findMessage(ws, from.channel, from.threadTs);
  const message: Message = {
    ts: from.ts ?? ws.newTs(),
    channel: from.channel,
    user: from.user,
    byBot: appOfBot(ws, from.user) !== undefined,
    text: from.text,
    blocks: from.blocks ?? [],
    attachments: from.attachments ?? [],
    reactions: [],
    ...(from.metadata === undefined ? {} : { metadata: from.metadata }),
    ...(parent === undefined ? {} : { threadTs: parent.threadTs ?? parent.ts }),
    ...(from.files === undefined ? {} : { files: from.files }),
    ...(from.program === undefined ? {} : { program: from.program }),
    ...(from.isBroadcast === true ? { isBroadcast: true } : {}),
  };
  messagesOf(ws, from.channel).push(message);
  tellListeners(ws, { kind: 'posted', message });
  ws.changed();
  return message;
}

/** Changes a message's content and marks it as edited. */
export function editMessage(
  ws: Workspace,
  message: Message,
  edit: (message: Message) => void,
): void {
  const previous = structuredClone(message);
  edit(message);
  message.editedTs = ws.newTs();
  tellListeners(ws, { kind: 'changed', message, previous });
  ws.changed();
}

export function deleteMessage(ws: Workspace, message: Message): void {
  const messages = messagesOf(ws, message.channel);
  const at = messages.indexOf(message);
  if (at === -1) return;
  messages.splice(at, 1);
  tellListeners(ws, { kind: 'deleted', previous: message });
  ws.changed();
}

function tellListeners(ws: Workspace, change: MessageChange): void {
  for (const each of ws.messageListeners) each(change);
}

export interface NewEphemeral {
  readonly channel: string;
  readonly to: string;
  readonly from: string;
  readonly text: string;
  readonly blocks?: StoredBlock[];
  readonly threadTs?: string | undefined;
}

export function addEphemeral(ws: Workspace, from: NewEphemeral): EphemeralMessage {
  const message: EphemeralMessage = {
    ts: ws.newTs(),
    channel: from.channel,
    to: from.to,
    from: from.from,
    text: from.text,
    blocks: from.blocks ?? [],
    ...(from.threadTs === undefined ? {} : { threadTs: from.threadTs }),
  };
  // Slack answers ok, and shows it to nobody, when the thread has no reply yet.
  if (from.threadTs !== undefined && !hasReply(ws, from.channel, from.threadTs)) return message;
  ws.ephemerals.push(message);
  // Ephemerals are short-lived: nobody scrolls back through a thousand.
  if (ws.ephemerals.length > MAX_EPHEMERALS) ws.ephemerals.shift();
  ws.changed();
  return message;
}

function hasReply(ws: Workspace, channel: string, root: string): boolean {
  return messagesOf(ws, channel).some((each) => each.threadTs === root && each.ts !== root);
}

const MAX_EPHEMERALS = 1_000;
const TRIGGER_LIFETIME_MS = 3_000;

/** A trigger is valid once, for three seconds. */
export function newTrigger(ws: Workspace, user: string, fromView?: string): string {
  const id = `${ws.now()}.${ws.newId('T')}`;
  const expiresAt = ws.now() + TRIGGER_LIFETIME_MS;
  ws.triggers.set(id, { app: ws.app.id, user, expiresAt, fromView, used: false });
  if (ws.triggers.size > 1_000) ws.triggers.delete(ws.triggers.keys().next().value ?? '');
  return id;
}
