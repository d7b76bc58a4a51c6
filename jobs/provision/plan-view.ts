// A plan as people read it: what is in the way first, then step by step, the time, the money, and the question. Pure.
import { guidanceText } from '../../src/kernel/guidance.ts';
import { commandCode, guidanceMrkdwn } from '../../src/slack/messages/commands.ts';
import type { GatewayPlan, PlanShowing, PlannedStep } from './notifier.ts';
import { shorten } from '../../src/kernel/text.ts';
import { z } from 'zod';
import { codec, plainName } from '../../src/slack/messages/codec.ts';
import { sentence } from '../../src/slack/messages/fault.ts';
import {
  type Block,
  type Message,
  actions,
  context,
  header,
  outcome,
  section,
} from '../../src/slack/messages/message.ts';
import {
  type Mrkdwn,
  mrkdwn,
  escapeText,
  code,
  joined,
  duration,
  withKnownLinks,
} from '../../src/slack/messages/mrkdwn.ts';

/** What an approving button stands for: the run that begins, and the plan that it is bound to. */
export const approvedPlan = codec(
  z.object({
    runId: plainName,
    hash: z.string().regex(/^[0-9a-f]+$/),
    gateway: z.string().regex(/^\S+$/),
  }),
);

export const mayBegin = ({ verdict }: GatewayPlan, { asks }: PlanShowing): boolean =>
  asks && verdict === 'ready';

export function planMessage(plan: GatewayPlan, showing: PlanShowing, job: string): Message {
  const { gateway, hash, activeRun } = plan;
  const isAsked = mayBegin(plan, showing);
  const lead = leadOf(plan, showing);
  const blocks: Block[] = [
    header(shorten(`${isAsked ? 'Provision' : 'Plan for'} the gateway ${gateway}`, 140)),
    section(lead.shown),
    ...differenceBlocks(showing),
    ...obstacleBlocks(plan),
    ...stepSections(plan),
    section(
      joined(
        plan.desired.map(({ label, value }) => mrkdwn`*${escapeText(label)}:* ${code(value)}`),
        '\n',
      ),
    ),
  ];
  if (activeRun !== undefined) {
    blocks.push(
      section(mrkdwn`:hourglass_flowing_sand: The run ${code(activeRun)} is at work on it now.`),
    );
  }
  if (isAsked) {
    blocks.push(
      actions([
        {
          label: showing.asksSecond === true ? 'Ask for approval' : 'Provision',
          action: 'plan.approve',
          value: approvedPlan.write({ runId: job, hash, gateway }),
          style: 'primary',
        },
        { label: 'Cancel', action: 'run.dismiss', value: job },
      ]),
    );
  }
  if (isAsked && showing.asksSecond === true) {
    blocks.push(context(mrkdwn`It begins once another operator has approved exactly this plan.`));
  }
  blocks.push(context(costLine(plan)), context(escapeText(`plan ${hash} · ${job}`)));
  return {
    text: lead.text,
    blocks,
    mark: outcome(statusOf(plan, showing), job),
  };
}

function statusOf({ verdict }: GatewayPlan, { asks }: PlanShowing) {
  if (!asks || verdict === 'as_wanted') return 'ok';
  return verdict === 'ready' ? 'asked' : 'refused';
}

/** The sentence that says it all; screen readers hear the text alone. */
function leadOf(plan: GatewayPlan, showing: PlanShowing): { text: Mrkdwn; shown: Mrkdwn } {
  const { gateway, verdict, steps } = plan;
  const stale = showing.differs === undefined ? '' : 'The plan that was approved no longer holds. ';
  const unchanged = mrkdwn`Nothing was changed.`;
  const time = mrkdwn`about ${duration(plan.expectedMs)}`;
  switch (verdict) {
    case 'as_wanted': {
      const text = mrkdwn`${stale}Nothing to change: the gateway ${escapeText(gateway)} is as wanted. Nothing was started.`;
      return { text, shown: mrkdwn`:white_check_mark: ${text}` };
    }
    case 'blocked': {
      const obstacles = steps.filter(isObstacle);
      const first = obstacles.map(
        ({ why, next }) =>
          mrkdwn`${sentence(why ?? '')} ${escapeText(guidanceText(next ?? '', gateway))}`,
      );
      const count =
        obstacles.length === 1 ? 'One thing is' : mrkdwn`${obstacles.length} things are`;
      const text = mrkdwn`${stale}${count} in the way of provisioning the gateway ${escapeText(gateway)}.`;
      return {
        text: mrkdwn`${text} ${joined(first, ' ')} ${unchanged}`,
        shown: mrkdwn`:no_entry: *${text}* Mend it first, then type ${commandCode('provision', gateway)}. ${unchanged}`,
      };
    }
    case 'ready': {
      const question = showing.asks ? mrkdwn`Provision gateway ${escapeText(gateway)}? ` : '';
      const rest = mrkdwn`${question}${countsOf(steps)}; it takes ${time}, and the gateway costs about ${money(plan.cost.usd)} an hour while it stands.`;
      const text = showing.asks ? mrkdwn`${stale}${rest}` : rest;
      const warning =
        stale === '' ? '' : mrkdwn`:warning: *The plan that was approved no longer holds.* `;
      return {
        text: mrkdwn`${text} ${unchanged}`,
        shown: mrkdwn`${warning}${rest} ${unchanged}`,
      };
    }
  }
}

const isObstacle = ({ action }: PlannedStep): boolean =>
  action === 'blocked' || action === 'unread';

function countsOf(steps: readonly PlannedStep[]): Mrkdwn {
  const count = (action: PlannedStep['action']): number =>
    steps.filter((step) => step.action === action).length;
  const parts = [
    [count('create'), 'to create'],
    [count('change'), 'to change'],
    [count('prove'), 'to prove'],
    [count('leave'), 'as wanted'],
  ] as const;
  const counted = parts
    .filter(([number]) => number > 0)
    .map(([number, words]) => mrkdwn`${number} ${words}`);
  return mrkdwn`${steps.length} steps: ${joined(counted, ', ')}`;
}

function differenceBlocks({ differs }: PlanShowing): Block[] {
  if (differs === undefined) return [];
  const lines = differs.length === 0 ? ['the configuration of the gateway'] : differs;
  return chunks(
    mrkdwn`*What differs from the plan that was approved*`,
    lines.map((line) => mrkdwn`• ${escapeText(line)}`),
  );
}

function obstacleBlocks({ steps, gateway }: GatewayPlan): Block[] {
  return steps.filter(isObstacle).map(({ title, action, why, next }) => {
    const word = action === 'blocked' ? 'Blocked' : 'Not to be read';
    const fix = next === undefined ? '' : mrkdwn`\n*Fix:* ${guidanceMrkdwn(next, gateway)}`;
    return section(
      mrkdwn`:x: *${word}: ${escapeText(title)}.* ${sentence(shorten(why ?? '', whyShown))}${fix}`,
    );
  });
}

const words = {
  create: ':heavy_plus_sign: create',
  change: ':pencil2: change',
  prove: ':mag: prove',
} as const;

function stepSections({ steps, verdict }: GatewayPlan): Block[] {
  const lines = steps.flatMap(({ action, title, why }) =>
    action === 'create' || action === 'change' || action === 'prove'
      ? [
          mrkdwn`${words[action]}: *${escapeText(title)}*${why === undefined ? '' : mrkdwn` — ${escapeText(shorten(why, 300))}`}`,
        ]
      : [],
  );
  const kept = steps.filter(({ action }) => action === 'leave').map(({ title }) => title);
  if (kept.length > 0) {
    lines.push(mrkdwn`:white_check_mark: leave as it is: ${escapeText(kept.join(', '))}`);
  }
  if (lines.length === 0) return [];
  return chunks(
    verdict === 'blocked' ? mrkdwn`*What would be done then*` : mrkdwn`*Step by step*`,
    lines,
  );
}

/** Sections below Slack's limit, never split within a line. */
function chunks(title: Mrkdwn, lines: readonly Mrkdwn[]): Block[] {
  const texts: Mrkdwn[] = [title];
  for (const line of lines) {
    const last = texts.length - 1;
    const longer = mrkdwn`${texts[last] ?? ''}\n${line}`;
    if (longer.length > sectionChars) texts.push(line);
    else texts[last] = longer;
  }
  return texts.map(section);
}

const sectionChars = 2_600;
const whyShown = 1_000;

function costLine({ cost }: GatewayPlan): Mrkdwn {
  const lines = cost.lines.map(({ what, usd }) => mrkdwn`${escapeText(what)} ${money(usd)}`);
  const without =
    cost.unpriced.length === 0
      ? ''
      : mrkdwn` Not counted: ${escapeText(cost.unpriced.join(', '))}.`;
  return mrkdwn`Roughly ${money(cost.usd)} an hour while it stands: ${joined(lines, ', ')}.${without} List prices of ${escapeText(`${cost.region} as of ${cost.asOf}`)}, from ${withKnownLinks(cost.source)}`;
}

function money(usd: number): Mrkdwn {
  return escapeText(`$${usd.toFixed(usd < 0.1 ? 3 : 2)}`);
}
