// Sandbox for many people: the production bot, a protected gateway, channels, a key each.
import { setTimeout as pause } from 'node:timers/promises';
import type { ApigeeState } from '../sandbox/apigee/state.ts';
import { postSigned } from '../sandbox/slack/signed-post.ts';
import type { Channel, Person, SlackState } from '../sandbox/slack/state.ts';
import type { DirectAsk } from './direct-asker.ts';
import { type TestSandbox, startTestSandbox } from '../test/support/sandbox.ts';

export interface Asker {
  readonly user: string;
  readonly key: string;
}

export interface AskWorld {
  readonly sandbox: TestSandbox;
  readonly askers: readonly Asker[];
  /** Ids; everybody is a member of each. */
  readonly channels: readonly string[];
  /** The request that the bot makes for such a prompt, for the direct asker. */
  request(asker: Asker, prompt: string): DirectAsk;
  /** Sends a signed slash command as Slack does. @returns ms until its ack; throws without one. */
  command(from: { user: string; channel: string; text: string }): Promise<number>;
  stop(): Promise<void>;
}

/** @param slackLimits factor on Slack's published rate limits, for the bot and the workspace. */
export async function startAskWorld(given: {
  readonly people: number;
  readonly channels: number;
  readonly slackLimits: number;
}): Promise<AskWorld> {
  const sandbox = await startTestSandbox({ speed: 600, slackLimits: given.slackLimits });
  try {
    const act = async <T>(path: string, body: object): Promise<T> => {
      const url = `${sandbox.url}/_sandbox/slack/${path}`;
      return (await (
        await fetch(url, {
          method: 'POST',
          headers: { 'content-type': 'application/json' },
          body: JSON.stringify(body),
        })
      ).json()) as T;
    };
    const people: Person[] = [];
    for (let index = 0; index < given.people; index += 1) {
      const made = await act<{ person: Person }>('people', { name: `asker${index}` });
      people.push(made.person);
    }
    const members = [...people.map(({ name }) => name), 'llmgw'];
    const channels: string[] = [];
    for (let index = 0; index < given.channels; index += 1) {
      const made = await act<{ channel: Channel }>('channels', { name: `asks-${index}`, members });
      channels.push(made.channel.id);
    }
    const up = await sandbox.say('/llmgw provision --quota 100000/minute', { wait: true });
    if (up.exitCode !== 0) throw new Error(`The gateway did not come up:\n${up.text}`);
    const keys = await issueKeys(sandbox, people, (person) =>
      act('command', { as: person.id, channel: 'general', text: '/llmgw key' }),
    );
    const [address = ''] = (await sandbox.get<World>('/_sandbox/world')).dataplane.listening;
    return {
      sandbox,
      askers: people.map(({ id }, index) => ({ user: id, key: keys[index] ?? '' })),
      channels,
      request: ({ key }, prompt) => ({
        url: `http://${address}/v1/completions`,
        key,
        body: requestBody(prompt),
      }),
      command: (from) => sendCommand(sandbox, from),
      stop: () => sandbox.stop(),
    };
  } catch (error) {
    await sandbox.stop();
    throw error;
  }
}

function requestBody(prompt: string): string {
  return JSON.stringify({
    model: 'Qwen/Qwen2.5-1.5B-Instruct',
    prompt,
    max_tokens: 2_000,
    temperature: 0.2,
    stream: true,
    stream_options: { include_usage: true },
  });
}

interface World {
  readonly dataplane: { readonly listening: readonly string[] };
}

/** Issues keys by command, eight at a time, until Apigee has them all. */
async function issueKeys(
  { context }: TestSandbox,
  people: readonly Person[],
  ask: (person: Person) => Promise<unknown>,
): Promise<string[]> {
  const { organizations } = context.state<ApigeeState>('apigee', () => {
    throw new Error('Apigee has no state.');
  });
  const keyOf = ({ email }: Person): string | undefined =>
    Object.values(organizations)
      .flatMap(({ developers }) => Object.values(developers[email]?.apps ?? {}))
      .flatMap(({ credentials }) => credentials)[0]?.consumerKey;
  const keys: string[] = [];
  for (let from = 0; from < people.length; from += 8) {
    const some = people.slice(from, from + 8);
    await Promise.all(some.map(ask));
    for (const person of some) {
      let key = keyOf(person);
      for (const until = performance.now() + 30_000; key === undefined; key = keyOf(person)) {
        if (performance.now() > until) throw new Error(`${person.name} has got no key.`);
        await pause(10);
      }
      keys.push(key);
    }
  }
  return keys;
}

let commands = 0;

async function sendCommand(
  { environment, context }: TestSandbox,
  { user, channel, text }: { user: string; channel: string; text: string },
): Promise<number> {
  commands += 1;
  const [, command = '', rest = ''] = /^(\/\S+)\s*([\s\S]*)$/.exec(text) ?? [];
  const { people, channels } = context.state<SlackState>('slack', () => {
    throw new Error('Slack has no state.');
  });
  const from = performance.now();
  const answer = await postSigned({
    url: `http://127.0.0.1:${environment['PORT'] ?? ''}/slack/events`,
    secret: environment['SLACK_SIGNING_SECRET'] ?? '',
    timestamp: Math.floor(Date.now() / 1000),
    contentType: 'application/x-www-form-urlencoded',
    body: new URLSearchParams({
      command,
      text: rest,
      user_id: user,
      user_name: people.find(({ id }) => id === user)?.name ?? '',
      channel_id: channel,
      channel_name: channels.find(({ id }) => id === channel)?.name ?? '',
      trigger_id: `bench.${Date.now()}.${commands}`,
    }).toString(),
  });
  if (answer.kind === 'acked' && answer.status === 200) return performance.now() - from;
  throw new Error(`A command was not acked: ${JSON.stringify(answer)}`);
}
