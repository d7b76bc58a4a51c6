// The page's door to the sandbox: what a person sees and does, and a nudge when it changes.
import type { Block } from './block-kit.ts';

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
}

export interface Message {
  readonly ts: string;
  readonly channel: string;
  readonly from: { readonly id: string; readonly name: string; readonly isBot: boolean };
  readonly text: string;
  readonly blocks: readonly Block[];
  readonly ephemeral: boolean;
  readonly threadTs?: string;
  readonly replyCount: number;
  readonly edited: boolean;
  readonly streaming: boolean;
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

export interface Screen {
  readonly me: { readonly id: string; readonly name: string; readonly realName: string };
  readonly channels: readonly Channel[];
  readonly messages: readonly Message[];
  readonly modals: readonly Modal[];
}

export interface SlashCommand {
  readonly command: string;
  readonly description: string;
  readonly usageHint: string;
}

const base = '/_sandbox/slack';

async function get<T>(path: string): Promise<T> {
  const response = await fetch(`${base}${path}`);
  if (!response.ok) throw new Error(`The sandbox answered ${response.status}`);
  return (await response.json()) as T;
}

export async function readPeople(): Promise<readonly Person[]> {
  return (await get<{ people: Person[] }>('/people')).people;
}

export async function readCommands(): Promise<readonly SlashCommand[]> {
  return (await get<{ commands: SlashCommand[] }>('/commands')).commands;
}

export function readScreen(as: string): Promise<Screen> {
  return get(`/screen?as=${encodeURIComponent(as)}`);
}

/** Does what a person does. @returns words for the person when it was refused. */
export async function act(
  what: 'command' | 'message' | 'click' | 'submit' | 'close-view',
  body: object,
): Promise<string | undefined> {
  try {
    const response = await fetch(`${base}/${what}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(body),
    });
    if (response.ok) return undefined;
    const answer = (await response.json()) as { message?: string };
    return answer.message ?? `The sandbox answered ${response.status}`;
  } catch {
    return 'The sandbox does not answer. Is it still running?';
  }
}

/** Calls back at once and after each change; `onConnection` says whether the sandbox is there. */
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
