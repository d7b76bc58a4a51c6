// Acts of people, performed through the sandbox's Slack.
import { elementsOf, wordsOf } from '../sandbox/slack/blocks/stored-block.ts';
import { markOf } from '../sandbox/say/marks.ts';
import type { SandboxClient } from '../sandbox/say/sandbox-client.ts';
import { jobId } from '../src/slack/dispatch/job-id.ts';
import type { Traffic } from './events.ts';

/** An accepted request that requires an outcome. */
export interface Debt {
  readonly what: string;
  readonly as: string;
  /** The job that the ack named. */
  readonly job?: string;
  /** Or the answered message: in its thread or to its author alone, by a job with this suffix. */
  readonly spoken?: { readonly ts: string; readonly suffix: string };
}

/** @returns the requests that require an outcome. Refusals by Slack are part of the traffic. */
export async function act(slack: SandboxClient, traffic: Traffic): Promise<readonly Debt[]> {
  switch (traffic.kind) {
    case 'command':
      return command(slack, traffic);
    case 'mention': {
      const { as, channel, text } = traffic;
      const { ok, ts } = await slack.act('message', { as, channel, text });
      if (!ok || ts === undefined) return [];
      const spoken = (await slack.screen(as)).messages.find((each) => each.ts === ts);
      const suffix = jobId('', `${spoken?.channel ?? ''}:${ts}`);
      return [{ what: text, as, spoken: { ts, suffix } }];
    }
    case 'press':
      await press(slack, traffic);
      return [];
    case 'home':
      await slack.act('open-home', { as: traffic.as });
      return [];
  }
}

async function command(
  slack: SandboxClient,
  { as, channel, text }: Traffic & { kind: 'command' },
): Promise<readonly Debt[]> {
  const before = new Set((await slack.screen(as)).messages.map(({ ts }) => ts));
  const { ok, delivered } = await slack.act('command', { as, channel, text });
  if (!ok || delivered !== true) return [];
  // New ephemeral messages may include acks of the person's other commands: they count too.
  const { messages } = await slack.screen(as);
  const shown = messages.filter(({ ts, ephemeral }) => ephemeral && !before.has(ts));
  return shown.flatMap((each) => {
    const job = markOf(each)?.job;
    return job === undefined ? [] : [{ what: text, as, job }];
  });
}

async function press(
  slack: SandboxClient,
  { as, pick }: Traffic & { kind: 'press' },
): Promise<void> {
  const [first = ''] = as;
  const { messages } = await slack.screen(first);
  const buttons = messages
    .filter(({ ephemeral, from }) => from.isBot && (as.length === 1 || !ephemeral))
    .flatMap(({ ts, blocks }) =>
      blocks
        .flatMap(elementsOf)
        .filter(({ type }) => type === 'button')
        .map(({ text }) => ({ messageTs: ts, label: wordsOf(text) })),
    );
  // The newest most likely still work.
  const button = buttons.toReversed()[pick % Math.max(1, Math.min(buttons.length, 8))];
  if (button === undefined) return;
  await Promise.all(as.map((who) => slack.act('click', { as: who, ...button, confirmed: true })));
}
