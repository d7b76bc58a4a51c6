// Carries out the acts of people through the sandbox's Slack.
import { elementsOf, wordsOf } from '../sandbox/slack/blocks/stored-block.ts';
import { markOf } from '../sandbox/say/marks.ts';
import type { SandboxClient } from '../sandbox/say/sandbox-client.ts';
import { jobId } from '../src/slack/dispatch/job-id.ts';
import type { Traffic } from './events.ts';

/** Something the bot took, and so owes an outcome for. */
export interface Debt {
  readonly what: string;
  readonly as: string;
  /** The job that the ack named. */
  readonly job?: string;
  /** Or the message that is answered: in its thread, or to its author alone, in a job whose id ends so. */
  readonly spoken?: { readonly ts: string; readonly suffix: string };
}

/** @returns what the bot owes now. Refusals of Slack itself are part of the traffic. */
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
  // The ack shows its words to the person alone. Those of another command of theirs may be among the new ones: they are owed too.
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
  // The newest are most likely to be alive.
  const button = buttons.toReversed()[pick % Math.max(1, Math.min(buttons.length, 8))];
  if (button === undefined) return;
  await Promise.all(as.map((who) => slack.act('click', { as: who, ...button, confirmed: true })));
}
