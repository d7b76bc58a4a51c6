// The workspace's stored state: people, channels, messages, and what the app was granted. Plain JSON.
import type { Shortcut } from './app-manifest.ts';
import type { StoredBlock } from './blocks/stored-block.ts';
import type { SharedFile } from './uploads.ts';

export interface Person {
  readonly id: string;
  readonly name: string;
  readonly realName: string;
  readonly title: string;
  email: string;
  emailHidden: boolean;
  readonly isBot: boolean;
  /** Home workspace, where that is another than this one. */
  readonly team?: string;
  /** Grid of the home workspace. */
  readonly enterprise?: string;
  /** Of another organisation, and in no channel that the app sees. */
  isStranger?: boolean;
  guest?: 'multi_channel' | 'single_channel';
  isDeactivated?: boolean;
}

/** Another app or a workflow, as the author of a message. */
export interface Program {
  readonly appId: string;
  readonly botId: string;
  readonly name: string;
  readonly isWorkflow: boolean;
}

export interface Channel {
  readonly id: string;
  readonly name: string;
  readonly kind: 'channel' | 'im';
  readonly topic: string;
  members: string[];
  isArchived?: boolean;
}

export interface Reaction {
  readonly name: string;
  readonly users: string[];
}

export interface MessageMetadata {
  readonly event_type: string;
  readonly event_payload: Record<string, unknown>;
}

export interface Stream {
  /** ms since the epoch; a stream is dead five minutes later. */
  readonly startedAt: number;
  open: boolean;
  bytes: number;
  /** A person pressed Slack's own Stop. */
  isStopped?: boolean;
  /** The one person of the channel who sees it grow; absent in direct messages. */
  recipient?: string;
  /** What it was started with: all that others see of it before its end. */
  first?: { readonly text: string; readonly blocks: StoredBlock[] };
}

export interface Message {
  readonly ts: string;
  readonly channel: string;
  readonly user: string;
  readonly byBot: boolean;
  text: string;
  blocks: StoredBlock[];
  attachments: unknown[];
  metadata?: MessageMetadata;
  threadTs?: string;
  editedTs?: string;
  reactions: Reaction[];
  stream?: Stream;
  files?: SharedFile[];
  /** Set where another app or a workflow wrote it. */
  program?: Program;
  /** A reply that was sent to the channel, too. */
  isBroadcast?: boolean;
}

export interface AgentSession {
  /** The app that works there. */
  readonly app: string;
  readonly channel: string;
  readonly threadTs: string;
  status: 'processing' | 'active' | 'suspended' | 'closed';
  title: string;
}

export interface HomeView {
  readonly id: string;
  hash: string;
  blocks: StoredBlock[];
  callbackId: string;
  privateMetadata: string;
}

export interface SlashCommand {
  readonly command: string;
  readonly description: string;
  readonly usageHint: string;
}

/** What an app was granted at its installation, and what it has published since. */
export interface AppGrant {
  scopes: string[];
  /** Of the app-level token. */
  appScopes: string[];
  /** Error codes that the tokens are refused with, e.g. `token_revoked`; absent while they are good. */
  refusedTokens: { bot?: string; app?: string };
  slashCommands: SlashCommand[];
  shortcuts: Shortcut[];
  /** What the app is told of. */
  events: string[];
  hasHomeTab: boolean;
  homes: Record<string, HomeView>;
}

export interface AppIdentity {
  readonly id: string;
  readonly botId: string;
  readonly botUser: string;
}

/** An app beside llmgw. */
export interface InstalledApp extends AppIdentity, AppGrant {
  readonly name: string;
  /** An assistant's conversations are threads that begin when it is opened. */
  kind: 'app' | 'assistant' | 'agent';
  readonly botToken: string;
  readonly appToken: string;
  readonly signingSecret: string;
  addresses: AppAddresses;
}

/** Where an app takes deliveries over HTTP. */
export interface AppAddresses {
  events?: string | undefined;
  interactivity?: string | undefined;
  /** By command. */
  commands: Record<string, string>;
}

/** A thread that a person has opened with an assistant. */
export interface AssistantThread {
  readonly app: string;
  readonly channel: string;
  readonly threadTs: string;
  title: string;
  promptsTitle: string;
  prompts: { title: string; message: string }[];
}

/** The grant is llmgw's. */
export interface SlackState extends AppGrant {
  people: Person[];
  channels: Channel[];
  /** Per channel id, oldest first. */
  messages: Record<string, Message[]>;
  agentSessions: AgentSession[];
  assistantThreads: AssistantThread[];
  userGroups: { id: string; handle: string; users: string[] }[];
  otherApps: InstalledApp[];
  /** Per person and channel, the last message that was read. */
  lastRead: Record<string, Record<string, string>>;
  /** Last timestamp given out, in microseconds. */
  lastTs: number;
  lastId: number;
  /** Id of the Grid that the workspace belongs to. */
  enterprise: string | null;
}

export const TEAM = { id: 'T0SANDBOX', name: 'Sandbox', domain: 'sandbox' } as const;
export const APP_ID = 'A0LLMGW';
export const BOT_USER = 'U0LLMGW';
export const BOT_ID = 'B0LLMGW';
/** Slack's own voice for words such as "failed with the error". */
export const SLACKBOT = 'USLACKBOT';

const MINIMAL_SCOPES = [
  'commands',
  'chat:write',
  'app_mentions:read',
  'assistant:write',
  'im:history',
  'im:write',
  'users:read',
  'users:read.email',
  'files:write',
  'usergroups:read',
];

export function seedState(): SlackState {
  const people = [
    person('U0OLIVIA', 'olivia', 'Olivia Okafor', 'Operator'),
    person('U0ALICE', 'alice', 'Alice Almeida', 'Developer'),
    person('U0BOB', 'bob', 'Bob Brandt', 'Developer'),
    { ...person('U0NADIA', 'nadia', 'Nadia Novak', 'Onlooker'), emailHidden: true },
    { ...person(BOT_USER, 'llmgw', 'LLM Gateway', 'App'), email: '', isBot: true },
  ];
  const humans = people.filter((each) => !each.isBot).map((each) => each.id);
  return {
    people,
    channels: [
      channel('C0GATEWAY', 'llm-gateway', 'The gateway and its bot', [...humans, BOT_USER]),
      channel('C0GENERAL', 'general', 'Everyone', [...humans, BOT_USER]),
      channel('C0RANDOM', 'random', 'The bot is not in here', humans),
      ...humans.map((id) => directMessage(id)),
    ],
    messages: {},
    homes: {},
    agentSessions: [],
    assistantThreads: [],
    otherApps: [],
    userGroups: [{ id: 'S0OPERATORS', handle: 'operators', users: ['U0OLIVIA'] }],
    scopes: [...MINIMAL_SCOPES],
    appScopes: ['connections:write'],
    refusedTokens: {},
    slashCommands: [
      {
        command: '/llmgw',
        description: "Build, guard and run the team's LLM gateway",
        usageHint: 'help | provision | status | key | ask PROMPT',
      },
    ],
    shortcuts: [
      {
        type: 'message',
        name: 'Ask the gateway',
        callbackId: 'ask.message',
        description: 'Asks the model about this message',
      },
    ],
    events: [
      'app_mention',
      'message.im',
      'message.channels',
      'app_home_opened',
      'agent_session_stopped',
    ],
    hasHomeTab: true,
    lastRead: {},
    lastTs: 0,
    lastId: 0,
    enterprise: null,
  };
}

export function person(id: string, name: string, realName: string, title: string): Person {
  const email = `${name}@example.com`;
  return { id, name, realName, title, email, emailHidden: false, isBot: false };
}

export function channel(id: string, name: string, topic: string, members: string[]): Channel {
  return { id, name, kind: 'channel', topic, members };
}

/** The one conversation between a person and a bot. */
export function directMessage(user: string, bot = BOT_USER, id = user.replace(/^U/, 'D')): Channel {
  return { id, name: 'directmessage', kind: 'im', topic: '', members: [user, bot] };
}
