// The page's client of the sandbox: screens, actions, change events.
import type { Block, Option } from './blocks/block-kit.ts';

export interface Person {
  readonly id: string;
  readonly name: string;
  readonly realName: string;
  readonly title: string;
  readonly isBot: boolean;
}

export interface Channel {
  readonly id: string;
  readonly name: string;
  readonly kind: 'channel' | 'im';
  readonly topic: string;
  readonly members: number;
  readonly unread: number;
  readonly mentions: number;
  readonly lastRead: string;
  /** Only for a direct message. */
  readonly bot?: { readonly name: string; readonly realName: string };
}

export const titleOf = ({ kind, name, bot }: Channel): string =>
  kind === 'im' ? (bot?.realName ?? 'LLM Gateway') : `#${name}`;

export interface SharedFile {
  readonly id: string;
  readonly name: string;
  readonly mimetype: string;
  readonly size: number;
  readonly content: string;
}

export interface Message {
  readonly ts: string;
  readonly channel: string;
  readonly from: {
    readonly id: string;
    readonly name: string;
    readonly realName: string;
    readonly isBot: boolean;
  };
  readonly text: string;
  readonly blocks: readonly Block[];
  readonly ephemeral: boolean;
  readonly threadTs?: string;
  readonly replyCount: number;
  readonly edited: boolean;
  readonly streaming: boolean;
  readonly metadata?: {
    readonly event_type: string;
    readonly event_payload: { readonly status?: string };
  };
  readonly reactions: readonly { readonly name: string; readonly users: readonly string[] }[];
  readonly files: readonly SharedFile[];
}

export interface Modal {
  readonly id: string;
  readonly title: string;
  readonly submit: string | null;
  readonly close: string | null;
  readonly blocks: readonly Block[];
  readonly errors: Readonly<Record<string, string>>;
  readonly notice: string;
}

export interface AgentSession {
  readonly channel: string;
  readonly threadTs: string;
  readonly status: 'processing' | 'active' | 'suspended' | 'closed';
  readonly title: string;
  readonly canStop: boolean;
}

export interface ThreadStatus {
  readonly channel: string;
  readonly threadTs: string;
  readonly status: string;
}

export interface Screen {
  readonly me: { readonly id: string; readonly name: string; readonly realName: string };
  readonly channels: readonly Channel[];
  readonly messages: readonly Message[];
  readonly modals: readonly Modal[];
  readonly home?: { readonly blocks: readonly Block[] };
  readonly agentSessions: readonly AgentSession[];
  readonly threadStatuses: readonly ThreadStatus[];
}

export interface SlashCommand {
  readonly command: string;
  readonly description: string;
  readonly usageHint: string;
}

export interface Shortcut {
  readonly name: string;
  readonly callbackId: string;
  readonly description: string;
  readonly type: 'message' | 'global';
}

/** The installed app's features, from its manifest. */
export interface InstalledApp {
  readonly commands: readonly SlashCommand[];
  readonly shortcuts: readonly Shortcut[];
  readonly hasHomeTab: boolean;
}

export type Act =
  | 'command'
  | 'message'
  | 'click'
  | 'submit'
  | 'close-view'
  | 'read'
  | 'dismiss'
  | 'shortcut'
  | 'open-home'
  | 'stop-session';

const base = '/_sandbox/slack';

async function get<T>(path: string): Promise<T> {
  const response = await fetch(`${base}${path}`);
  if (!response.ok) throw new Error(`The sandbox answered ${response.status}`);
  return (await response.json()) as T;
}

export async function readPeople(): Promise<readonly Person[]> {
  return (await get<{ people: Person[] }>('/people')).people;
}

export function readApp(): Promise<InstalledApp> {
  return get('/app');
}

export function readScreen(as: string): Promise<Screen> {
  return get(`/screen?as=${encodeURIComponent(as)}`);
}

interface Answer {
  readonly ok?: boolean;
  readonly delivered?: boolean;
  readonly error?: string;
  readonly errors?: object;
  readonly message?: string;
  readonly options?: readonly Option[];
  readonly option_groups?: readonly { readonly options: readonly Option[] }[];
}

async function post(path: string, body: object): Promise<Answer> {
  const response = await fetch(`${base}/${path}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
  });
  const answer = (await response.json()) as Answer;
  if (response.ok) return answer;
  return { ok: false, message: `The sandbox answered ${response.status}`, ...answer };
}

const gone = 'The sandbox does not answer. Start it with npm run sandbox, then retry.';

/** Sends a person's action. @returns an error text when it was refused or the app did not accept it. */
export async function act(what: Act, body: object): Promise<string | undefined> {
  const answer = await post(what, body).catch((): Answer => ({ ok: false, message: gone }));
  if (answer.ok === false) return answer.message ?? answer.error;
  // Slack itself shows errors of commands and modals at their input.
  const isSilent = what === 'command' || what === 'submit';
  if (answer.delivered !== false || isSilent) return undefined;
  return `The app did not accept the action (${answer.error ?? 'no answer'}). Try again.`;
}

/** The app's options for the text typed so far. */
export async function suggest(body: object): Promise<readonly Option[]> {
  const { options, option_groups } = await post('options', body).catch((): Answer => ({}));
  return options ?? (option_groups ?? []).flatMap((group) => group.options);
}

/** Calls back immediately and after each change; `onConnection` reports the connection. */
export function watch(
  as: string,
  onChange: () => void,
  onConnection: (up: boolean) => void,
): () => void {
  const source = new EventSource(`${base}/live?as=${encodeURIComponent(as)}`);
  source.addEventListener('change', onChange);
  source.addEventListener('open', () => onConnection(true));
  source.addEventListener('error', () => onConnection(false));
  return () => source.close();
}
