// A person in a sandbox: questions, answers, buttons, and direct requests to the gateway.
import { expect, vi } from 'vitest';
import type { ApigeeState, Credential, Developer } from '../../../sandbox/apigee/state.ts';
import type { Screen, ScreenMessage } from '../../../sandbox/slack/screen.ts';
import type { TestSandbox } from '../../support/sandbox.ts';

export interface Told {
  readonly ts: string;
  readonly status: unknown;
  /** First line below the question. */
  readonly firstLine: string;
  readonly text: string;
  readonly buttons: readonly string[];
}

export interface Asker {
  act(path: string, body: object): Promise<unknown>;
  /** Asks, and reads the message of the outcome. */
  ask(words: string): Promise<Told>;
  /** Types it, and waits for the ack alone. */
  type(words: string): Promise<void>;
  press(label: string, ts: string): Promise<void>;
  /** The outcomes so far. */
  endings(): Promise<readonly Told[]>;
  screen(): Promise<Screen>;
  /** A request of the person's own key to the gateway: `STATUS BODY`, or why there was no answer. */
  direct(): Promise<string>;
  readonly developer: Developer;
  readonly credential: Credential;
}

const as = 'alice';
const channel = 'general';

export async function openAsker(sandbox: TestSandbox): Promise<Asker> {
  const { organizations } = sandbox.context.state('apigee', (): ApigeeState => expect.fail());
  const [organization] = Object.values(organizations);
  const act = async (path: string, body: object): Promise<unknown> => {
    const answer = await fetch(`${sandbox.url}/_sandbox/slack/${path}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(body),
    });
    return answer.json();
  };
  const screen = () => sandbox.get<Screen>(`/_sandbox/slack/screen?as=${as}&channel=${channel}`);
  const endings = async (): Promise<readonly Told[]> =>
    (await screen()).messages.map(toldBy).filter(({ status }) => status !== undefined);
  const type = async (text: string): Promise<void> => {
    await act('reset-rate-limits', {});
    await act('command', { as, channel, text });
  };
  await type('/llmgw key');
  const find = () =>
    Object.values(organization?.developers ?? {}).find((one) => one.email.startsWith(as));
  await vi.waitFor(() => expect(find()).toBeDefined(), { timeout: 60_000 });
  const developer = find() ?? expect.fail();
  const credentials = () => Object.values(developer.apps).flatMap((app) => app.credentials);
  await vi.waitFor(() => expect(credentials()).toHaveLength(1), { timeout: 30_000 });
  const credential = credentials()[0] ?? expect.fail();
  const { consumerKey } = credential;
  const direct = async (): Promise<string> => {
    const { dataplane } = await sandbox.get<{ dataplane: { listening: string[] } }>(
      '/_sandbox/world',
    );
    try {
      const answer = await fetch(`http://${dataplane.listening[0] ?? ''}/v1/completions`, {
        method: 'POST',
        headers: { 'x-api-key': consumerKey, connection: 'close' },
        body: JSON.stringify({ model: 'Qwen/Qwen2.5-1.5B-Instruct', prompt: 'x', max_tokens: 1 }),
      });
      return `${answer.status} ${await answer.text()}`;
    } catch (error) {
      return String(error);
    }
  };
  return {
    act,
    type,
    screen,
    endings,
    direct,
    developer,
    credential,
    press: async (label, messageTs) => void (await act('click', { as, label, messageTs })),
    ask: async (words) => {
      const before = new Set((await endings()).map(({ ts }) => ts));
      await type(`/llmgw ask ${words}`);
      const fresh = async () => (await endings()).find(({ ts }) => !before.has(ts));
      await expect.poll(fresh, { timeout: 60_000, interval: 50 }).toBeDefined();
      return (await fresh()) ?? expect.fail();
    },
  };
}

function toldBy({ ts, blocks, text, metadata }: ScreenMessage): Told {
  const sections = blocks.flatMap((block) => {
    const inner = block['text'];
    const isWords = block.type === 'section' && typeof inner === 'object' && inner !== null;
    return isWords && 'text' in inner ? [String(inner.text)] : [];
  });
  const elements = blocks
    .filter((block) => block.type === 'actions')
    .flatMap((block) => (block['elements'] ?? []) as { text: { text: string } }[]);
  return {
    ts,
    status: metadata?.event_payload['status'],
    firstLine: (sections[0] ?? text).split('\n')[0] ?? '',
    text: `${JSON.stringify(blocks)} ${text}`,
    buttons: elements.map((element) => element.text.text),
  };
}
