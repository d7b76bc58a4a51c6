// Client of the sandbox's human Slack API.
import { EventSourceParserStream } from 'eventsource-parser/stream';
import type { Shortcut } from '../slack/app-manifest.ts';
import type { Screen } from '../slack/screen.ts';

/** A readable error instead of a stack trace. */
export class SayError extends Error {}

export interface HumanAnswer {
  readonly ok: boolean;
  readonly error?: string;
  readonly message?: string;
  readonly delivered?: boolean;
  readonly errors?: Readonly<Record<string, string>>;
  readonly ts?: string;
}

export interface SandboxClient {
  people(): Promise<{ id: string; name: string }[]>;
  /** The app's message shortcuts and global shortcuts. */
  shortcuts(): Promise<Shortcut[]>;
  /** The person's whole screen, or one channel of it. */
  screen(as: string, channel?: string): Promise<Screen>;
  /** Yields immediately, and after each change, until the signal aborts. */
  changes(as: string, signal: AbortSignal): AsyncGenerator<void>;
  /** The sandbox's answer, including errors. */
  act(path: string, body: object): Promise<HumanAnswer>;
}

export function createSandboxClient(url: string): SandboxClient {
  const call = async (path: string, init: RequestInit = {}): Promise<Response> => {
    try {
      return await fetch(`${url}/_sandbox/slack/${path}`, init);
    } catch (error) {
      if (init.signal?.aborted === true) throw error;
      throw new SayError(
        `No sandbox at ${url}. Start one with "npm run sandbox", or set --url or LLMGW_SANDBOX_URL.`,
        { cause: error },
      );
    }
  };
  const read = async <T>(path: string): Promise<T> => {
    const response = await call(path);
    if (response.ok) return (await response.json()) as T;
    const body = await response.text();
    throw new SayError(wordsOf(body) ?? `${url} is not the sandbox (HTTP ${response.status}).`);
  };
  return {
    people: async () => (await read<{ people: { id: string; name: string }[] }>('people')).people,
    shortcuts: async () => (await read<{ shortcuts: Shortcut[] }>('shortcuts')).shortcuts,
    screen: (as, channel) =>
      read<Screen>(
        `screen?${new URLSearchParams({ as, ...(channel === undefined ? {} : { channel }) })}`,
      ),
    changes: async function* (as, signal) {
      const response = await call(`live?${new URLSearchParams({ as })}`, { signal });
      if (response.body === null) return;
      const events = response.body
        .pipeThrough(new TextDecoderStream())
        .pipeThrough(new EventSourceParserStream());
      try {
        for await (const event of events) {
          if (event.event === 'change') yield;
        }
      } catch (error) {
        if (signal.aborted) throw error;
        throw new SayError(`The sandbox at ${url} stopped.`, { cause: error });
      }
    },
    act: async (path, body) => {
      const response = await call(path, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify(body),
      });
      return (await response.json()) as HumanAnswer;
    },
  };
}

function wordsOf(body: string): string | undefined {
  try {
    const decoded: unknown = JSON.parse(body);
    if (typeof decoded !== 'object' || decoded === null || !('message' in decoded))
      return undefined;
    return typeof decoded.message === 'string' ? decoded.message : undefined;
  } catch {
    return undefined;
  }
}
