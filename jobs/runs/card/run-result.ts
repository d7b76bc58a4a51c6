// Result of a succeeded run: readiness, leftovers and protection checks.
import { commandCode } from '../../../src/slack/messages/commands.ts';
import { z } from 'zod';
import type { RunState } from '../../../src/engine/journal.ts';
import { type Block, type Message, section } from '../../../src/slack/messages/message.ts';
import type { RunbookOutline } from './outline.ts';
import {
  type Mrkdwn,
  mrkdwn,
  escapeText,
  code,
  joined,
} from '../../../src/slack/messages/mrkdwn.ts';

export function readyText(outline: RunbookOutline, state: RunState): Mrkdwn {
  if (outline.name === 'teardown') return goneText(outline, state);
  if (outline.name !== 'provision') return mrkdwn`*Done:* ${escapeText(outline.title)}.`;
  const ready = mrkdwn`*The gateway is ready and protected.*`;
  return hasChanged(outline, state) ? ready : mrkdwn`*No changes needed.* ${ready}`;
}

function goneText(outline: RunbookOutline, state: RunState): Mrkdwn {
  const gateway = code(state.request.target);
  return hasChanged(outline, state)
    ? mrkdwn`*The gateway ${gateway} is gone.* A final check found nothing left that llmgw created.`
    : mrkdwn`*Nothing to tear down.* No resources of ${gateway} exist, so nothing changed.`;
}

/** Output of the final check of a teardown. */
const leftOutput = z.object({ left: z.literal(0), stays: z.array(z.string()) });

function leftIn(state: RunState): z.infer<typeof leftOutput> | undefined {
  const read = Object.values(state.steps).map(({ output }) => leftOutput.safeParse(output));
  return read.find(({ success }) => success)?.data;
}

function leftBlocks({ stays }: z.infer<typeof leftOutput>): Block[] {
  if (stays.length === 0) return [section(mrkdwn`*Kept:* the enabled APIs only.`)];
  const rows = stays.slice(0, 40).map((name) => mrkdwn`• ${escapeText(name)}`);
  const more = stays.length > rows.length ? [mrkdwn`… and ${stays.length - rows.length} more`] : [];
  return [section(mrkdwn`*Kept (${stays.length})*\n${joined([...rows, ...more], '\n')}`)];
}

/** A verification leaves nothing behind, so it is no change. */
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

/** Output of the step that verifies the protection. */
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
        section(mrkdwn`*Protection verified*\n${proofLines(proven)}`),
        section(nextLine(proven, state.request.target)),
      ];
}

function nextLine({ endpoint }: Proven, gateway: string): Mrkdwn {
  return mrkdwn`*Endpoint:* ${code(endpoint)}\n*Next:* get a key with ${commandCode('key', gateway)}, then try ${commandCode('ask PROMPT', gateway)}.`;
}

const requests: Readonly<Record<string, Mrkdwn>> = {
  'no-key': mrkdwn`request without a key`,
  'wrong-key': mrkdwn`request with an invalid key`,
  'right-key': mrkdwn`request with a valid key`,
  'over-quota': mrkdwn`request over the quota`,
};

function proofLines({ proofs }: Proven): Mrkdwn {
  const lines = proofs.map(({ name, expected, status, code: fault, ok }) => {
    const request = requests[name] ?? escapeText(name);
    if (status === 0)
      return mrkdwn`:white_circle: Skipped: ${request} (expected ${escapeText(expected)})`;
    const mark = ok ? mrkdwn`:white_check_mark: Passed` : mrkdwn`:x: Failed`;
    const named = fault === '' ? '' : mrkdwn` ${code(fault)}`;
    return mrkdwn`${mark}: ${request} returned ${status}${named}`;
  });
  return joined(lines, '\n');
}

/** For the run's thread. */
export function proofMessage(proven: Proven): Message {
  const results = proven.proofs.map(({ name, status }) => {
    const request = requests[name] ?? escapeText(name);
    return status === 0 ? mrkdwn`${request} skipped` : mrkdwn`${request} returned ${status}`;
  });
  return {
    text: mrkdwn`Protection verified: ${joined(results, ', ')}.`,
    blocks: [section(mrkdwn`*Protection verified from outside*\n${proofLines(proven)}`)],
  };
}
