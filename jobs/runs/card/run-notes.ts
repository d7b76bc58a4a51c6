// Failure note: the details of a failed step, for the run's thread.
import type { Fault } from '../../../src/kernel/errors.ts';
import { faultText } from '../../../src/slack/messages/fault.ts';
import { type Block, type Message, context, section } from '../../../src/slack/messages/message.ts';
import { cutText } from '../../../src/kernel/text.ts';
import { mrkdwn, escapeText, codeBlock, duration } from '../../../src/slack/messages/mrkdwn.ts';

export interface StepFailure {
  readonly runId: string;
  readonly title: string;
  readonly fault: Fault;
  readonly tookMs: number;
  readonly lastSeen: string | undefined;
}

export function failureNote({ runId, title, fault, tookMs, lastSeen }: StepFailure): Message {
  const blocks: Block[] = [
    section(mrkdwn`*${escapeText(title)}* failed after ${duration(tookMs)}.\n${faultText(fault)}`),
  ];
  if (lastSeen !== undefined) blocks.push(section(mrkdwn`Last seen: ${escapeText(lastSeen)}`));
  const causes = causesOf(fault);
  if (causes !== '') blocks.push(section(codeBlock(causes)));
  blocks.push(context(escapeText(`${fault.kind} · ${fault.code} · ${runId}`)));
  return { text: escapeText(`${title} failed: ${fault.message}`), blocks };
}

function causesOf(fault: Fault): string {
  const lines: string[] = [];
  if (fault.details !== undefined) lines.push(JSON.stringify(fault.details, undefined, 2));
  for (let cause = fault.cause; cause !== undefined; cause = cause.cause) {
    lines.push(`caused by ${cause.code}: ${cause.message}`);
  }
  return cutText(lines.join('\n'), 2_500);
}
