// What a succeeded run came to: ready, what was changed, and the proofs of protection. Pure.
import { commandCode } from '../../../src/slack/messages/commands.ts';
import { z } from 'zod';
import type { RunState } from '../../../src/engine/journal.ts';
import { type Block, type Message, section } from '../../../src/slack/messages/message.ts';
import type { RunbookOutline } from './run-card.ts';
import {
  type Mrkdwn,
  mrkdwn,
  escapeText,
  code,
  joined,
} from '../../../src/slack/messages/mrkdwn.ts';

export function readyText(outline: RunbookOutline, state: RunState): Mrkdwn {
  const ready = mrkdwn`*The gateway is ready* and protected: ${code(state.request.target)}.`;
  if (outline.name === 'teardown') return goneText(outline, state);
  if (outline.name !== 'provision') return mrkdwn`*Done:* ${escapeText(outline.title)}.`;
  return !hasChanged(outline, state)
    ? mrkdwn`*Nothing to change:* everything is as wanted. ${ready}`
    : ready;
}

function goneText(outline: RunbookOutline, state: RunState): Mrkdwn {
  const gateway = code(state.request.target);
  return !hasChanged(outline, state)
    ? mrkdwn`*Nothing was there* of the gateway ${gateway}, and nothing was changed.`
    : mrkdwn`*The gateway ${gateway} is gone.* A last look around found nothing of it that llmgw has made.`;
}

/** What the last look of a teardown has put into its output. */
const leftOutput = z.object({ left: z.literal(0), stays: z.array(z.string()) });

function leftIn(state: RunState): z.infer<typeof leftOutput> | undefined {
  const read = Object.values(state.steps).map(({ output }) => leftOutput.safeParse(output));
  return read.find(({ success }) => success)?.data;
}

function leftBlocks({ stays }: z.infer<typeof leftOutput>): Block[] {
  if (stays.length === 0)
    return [section(mrkdwn`*What stays:* nothing but the APIs that were enabled.`)];
  const rows = stays.slice(0, 40).map((name) => mrkdwn`• ${escapeText(name)}`);
  const more = stays.length > rows.length ? [mrkdwn`… and ${stays.length - rows.length} more`] : [];
  return [section(mrkdwn`*What stays*\n${joined([...rows, ...more], '\n')}`)];
}

/** Steps that only look and prove write nothing that stays. */
function hasChanged({ steps }: RunbookOutline, state: RunState): boolean {
  return steps.some(({ id, kind }) => kind !== 'verify' && state.steps[id]?.changed === true);
}

const proof = z.object({
  name: z.string(),
  expected: z.string(),
  status: z.number(),
  code: z.string(),
  ok: z.boolean(),
});
const provenOutput = z.object({ endpoint: z.string(), proofs: z.array(proof).min(1) });

export type Proven = z.infer<typeof provenOutput>;

/** What the proving step of the run has put into its output. */
export function provenIn(state: RunState): Proven | undefined {
  for (const step of Object.values(state.steps)) {
    const read = provenOutput.safeParse(step.output);
    if (step.status === 'finished' && read.success) return read.data;
  }
  return undefined;
}

export function resultBlocks(state: RunState): Block[] {
  const left = leftIn(state);
  if (left !== undefined) return leftBlocks(left);
  const proven = provenIn(state);
  return proven === undefined
    ? []
    : [
        section(mrkdwn`*Proof of protection*\n${proofLines(proven)}`),
        section(nextLine(proven, state.request.target)),
      ];
}

function nextLine({ endpoint }: Proven, gateway: string): Mrkdwn {
  return mrkdwn`It answers at ${code(endpoint)}. *Next:* ${commandCode('key', gateway)} for a key of your own, then ${commandCode('ask PROMPT', gateway)}.`;
}

const proofWords: Readonly<Record<string, Mrkdwn>> = {
  'no-key': mrkdwn`without a key`,
  'wrong-key': mrkdwn`with a wrong key`,
  'right-key': mrkdwn`with a right key`,
  'over-quota': mrkdwn`one request over the quota`,
};

function proofLines({ proofs }: Proven): Mrkdwn {
  const lines = proofs.map(({ name, expected, status, code: fault, ok }) => {
    const what = proofWords[name] ?? escapeText(name);
    if (status === 0)
      return mrkdwn`:white_circle: ${what}: not exercised (expected ${escapeText(expected)})`;
    const mark = ok ? mrkdwn`:white_check_mark: proven` : mrkdwn`:x: not proven`;
    const named = fault === '' ? '' : mrkdwn` ${code(fault)}`;
    return mrkdwn`${mark}: ${what}, it answered ${status}${named}`;
  });
  return joined(lines, '\n');
}

/** For the run's thread. */
export function proofMessage(proven: Proven): Message {
  const words = proven.proofs.map(
    ({ name, status }) => mrkdwn`${proofWords[name] ?? escapeText(name)}: ${status}`,
  );
  return {
    text: mrkdwn`The protection is proven: ${joined(words, '; ')}.`,
    blocks: [section(mrkdwn`*The protection is proven from outside*\n${proofLines(proven)}`)],
  };
}
