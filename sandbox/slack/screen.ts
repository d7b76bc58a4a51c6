// One person's screen: messages, ephemerals, modals and Home.
import type { StoredBlock } from './blocks/stored-block.ts';
import { type LiveForms, liveForms } from './live-forms.ts';
import { notifiedBy } from './notified.ts';
import { botIn, channelsOf } from './people-access.ts';
import { type Unread, unreadOf } from './read-marks.ts';
import {
  type AssistantThread,
  type Channel,
  type Message,
  type MessageMetadata,
  type Person,
  type Program,
  SLACKBOT,
} from './state.ts';
import { isStreaming, shownTo } from './streams.ts';
import { threadStatuses } from './thread-status.ts';
import type { SharedFile } from './uploads.ts';
import { stackOf } from './views.ts';
import {
  type EphemeralMessage,
  type ModalView,
  type Workspace,
  grantOfApp,
  messagesOf,
} from './workspace.ts';

export interface ScreenMessage {
  readonly ts: string;
  readonly channel: string;
  readonly from: {
    readonly id: string;
    readonly name: string;
    readonly realName: string;
    readonly isBot: boolean;
  };
  readonly text: string;
  readonly blocks: readonly StoredBlock[];
  readonly attachments: readonly unknown[];
  readonly ephemeral: boolean;
  readonly threadTs: string | undefined;
  readonly replyCount: number;
  readonly edited: boolean;
  readonly streaming: boolean;
  readonly metadata: MessageMetadata | undefined;
  readonly reactions: readonly { name: string; users: readonly string[] }[];
  readonly files: readonly SharedFile[];
  /** Ids of the people that it notifies by a mention. */
  readonly notifies: readonly string[];
  /** Active links and mentions. */
  readonly live: LiveForms;
}

export interface ScreenModal {
  readonly id: string;
  readonly title: string;
  readonly submit: string | null;
  readonly close: string | null;
  readonly blocks: readonly StoredBlock[];
  readonly errors: Readonly<Record<string, string>>;
  readonly notice: string;
  readonly live: LiveForms;
}

export interface ScreenChannel extends Unread {
  readonly id: string;
  readonly name: string;
  readonly kind: Channel['kind'];
  readonly topic: string;
  readonly members: number;
  /** Only for a direct message. */
  readonly bot?: { readonly name: string; readonly realName: string };
}

export interface Screen {
  readonly me: { readonly id: string; readonly name: string; readonly realName: string };
  readonly channels: readonly ScreenChannel[];
  /** Oldest first; replies carry the `threadTs` of their parent. */
  readonly messages: readonly ScreenMessage[];
  /** The stack of open modals; the last is on top. */
  readonly modals: readonly ScreenModal[];
  readonly home: { readonly blocks: readonly StoredBlock[] } | undefined;
  readonly agentSessions: readonly {
    channel: string;
    threadTs: string;
    status: string;
    title: string;
    /** Slack's own Stop: only while the session is processing and the app subscribes to it. */
    canStop: boolean;
  }[];
  /** Suggested prompts and titles of an assistant's threads. */
  readonly assistantThreads: readonly AssistantThread[];
  /** "is thinking…", per thread. */
  readonly threadStatuses: readonly { channel: string; threadTs: string; status: string }[];
}

export function screenOf(ws: Workspace, person: Person, channel?: Channel): Screen {
  const mine = channelsOf(ws, person);
  const shown = channel === undefined ? mine : [channel];
  const shownIds = shown.map((each) => each.id);
  const messages = [
    ...shown.flatMap((each) => publicMessages(ws, person, messagesOf(ws, each.id))),
    ...ws.ephemerals
      .filter((each) => each.to === person.id && shownIds.includes(each.channel))
      .map((each) => ownEphemeral(ws, each)),
  ];
  return {
    me: { id: person.id, name: person.name, realName: person.realName },
    channels: mine.map((each) => {
      const { id, name, kind, topic, members } = each;
      return {
        id,
        name,
        kind,
        topic,
        members: members.length,
        ...(kind === 'im' ? { bot: botOf(ws, each) } : {}),
        ...unreadOf(ws, person, each),
      };
    }),
    messages: messages.toSorted((a, b) => Number(a.ts) - Number(b.ts)),
    modals: stackOf(ws, person.id).map(modal),
    home: ws.app.grant.homes[person.id],
    agentSessions: ws.state.agentSessions
      .filter((each) => shownIds.includes(each.channel))
      .map((each) => ({
        ...each,
        canStop:
          each.status === 'processing' &&
          grantOfApp(ws, each.app).events.includes('agent_session_stopped'),
      })),
    assistantThreads: ws.state.assistantThreads.filter((each) => shownIds.includes(each.channel)),
    threadStatuses: threadStatuses(ws)
      .filter((each) => shownIds.includes(each.channel))
      .map(({ channel: id, threadTs, status }) => ({ channel: id, threadTs, status })),
  };
}

function botOf(ws: Workspace, channel: Channel): { name: string; realName: string } {
  const { name = 'llmgw', realName = 'LLM Gateway' } = botIn(ws, channel) ?? {};
  return { name, realName };
}

/** Limit of displayed messages per channel. */
const MAX_SHOWN = 500;

function publicMessages(ws: Workspace, person: Person, all: readonly Message[]): ScreenMessage[] {
  const replies = new Map<string, number>();
  for (const { threadTs } of all) {
    if (threadTs !== undefined) replies.set(threadTs, (replies.get(threadTs) ?? 0) + 1);
  }
  return all
    .slice(-MAX_SHOWN)
    .map((each) => publicMessage(ws, person, each, replies.get(each.ts) ?? 0));
}

function publicMessage(
  ws: Workspace,
  person: Person,
  message: Message,
  replyCount: number,
): ScreenMessage {
  const { text, blocks } = shownTo(ws, person, message);
  return {
    ts: message.ts,
    channel: message.channel,
    from: author(ws, message.user, message.program),
    text,
    blocks,
    attachments: message.attachments,
    ephemeral: false,
    threadTs: message.threadTs,
    replyCount,
    edited: message.editedTs !== undefined,
    streaming: isStreaming(ws, message),
    metadata: message.metadata,
    reactions: message.reactions,
    files: message.files ?? [],
    notifies: notifiedBy(ws, message),
    live: liveForms(text, blocks),
  };
}

function ownEphemeral(ws: Workspace, message: EphemeralMessage): ScreenMessage {
  return {
    ts: message.ts,
    channel: message.channel,
    from: author(ws, message.from),
    text: message.text,
    blocks: message.blocks,
    attachments: [],
    ephemeral: true,
    threadTs: message.threadTs,
    replyCount: 0,
    edited: false,
    streaming: false,
    metadata: undefined,
    reactions: [],
    files: [],
    notifies: [],
    live: liveForms(message.text, message.blocks),
  };
}

function author(ws: Workspace, id: string, program?: Program): ScreenMessage['from'] {
  if (program !== undefined) {
    return { id, name: program.name, realName: program.name, isBot: true };
  }
  if (id === SLACKBOT) return { id, name: 'Slackbot', realName: 'Slackbot', isBot: true };
  const person = ws.state.people.find((each) => each.id === id);
  const { name = id, realName = id, isBot = false } = person ?? {};
  return { id, name, realName, isBot };
}

function modal(view: ModalView): ScreenModal {
  const { id, title, submit, close, blocks, errors, notice } = view;
  return { id, title, submit, close, blocks, errors, notice, live: liveForms('', blocks) };
}
