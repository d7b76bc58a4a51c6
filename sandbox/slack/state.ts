// The workspace's stored state as plain JSON: people, channels, messages, grants.
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
  /** Home workspace, if it is not this one. */
  readonly team?: string;
  /** Grid of the home workspace. */
  readonly enterprise?: string;
  /** Belongs to another organisation, and shares no channel with the app. */
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
  /** ms since the epoch; a stream expires five minutes later. */
  readonly startedAt: number;
  open: boolean;
  bytes: number;
  /** A person pressed Slack's own Stop. */
  isStopped?: boolean;
  /** The only person of the channel who sees it grow; absent in direct messages. */
  recipient?: string;
  /** Its initial content: others see only this before its end. */
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
  /** Author of a message by another app or a workflow. */
  program?: Program;
  /** A reply that was sent to the channel, too. */
  isBroadcast?: boolean;
}

export interface AgentSession {
  /** The app of the session. */
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

/** Permissions of an app from its installation, and its published features. */
export interface AppGrant {
  scopes: string[];
  /** Scopes of the app-level token. */
  appScopes: string[];
  /** Error codes of refused tokens, e.g. `token_revoked`; absent while they are valid. */
  refusedTokens: { bot?: string; app?: string };
  slashCommands: SlashCommand[];
  shortcuts: Shortcut[];
  /** Event subscriptions. */
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
  /** An assistant's conversations are threads that start when a person opens it. */
  kind: 'app' | 'assistant' | 'agent';
  readonly botToken: string;
  readonly appToken: string;
  readonly signingSecret: string;
  addresses: AppAddresses;
}

/** Request URLs of an app's HTTP deliveries. */
export interface AppAddresses {
  events?: string | undefined;
  interactivity?: string | undefined;
  /** By command. */
  commands: Record<string, string>;
}

/** A person's thread with an assistant. */
export interface AssistantThread {
  readonly app: string;
  readonly channel: string;
  readonly threadTs: string;
  title: string;
  promptsTitle: string;
  prompts: { title: string; message: string }[];
}

/** The state extends llmgw's grant. */
export interface SlackState extends AppGrant {
  people: Person[];
  channels: Channel[];
  /** Per channel id, oldest first. */
  messages: Record<string, Message[]>;
  agentSessions: AgentSession[];
  assistantThreads: AssistantThread[];
  userGroups: { id: string; handle: string; users: string[] }[];
  otherApps: InstalledApp[];
  /** The last read message, per person and channel. */
  lastRead: Record<string, Record<string, string>>;
  /** Last issued timestamp, in microseconds. */
  lastTs: number;
  lastId: number;
  /** Id of the workspace's Grid. */
  enterprise: string | null;
}

export const TEAM = { id: 'T0SANDBOX', name: 'Sandbox', domain: 'sandbox' } as const;
export const APP_ID = 'A0LLMGW';
export const BOT_USER = 'U0LLMGW';
export const BOT_ID = 'B0LLMGW';
/** Slackbot: author of Slack's own messages, e.g. "failed with the error". */
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
