// Plan message: verdict, problems, grouped steps, time, cost and buttons.
import { guidanceText } from '../../src/kernel/guidance.ts';
import { formatEstimate } from '../../src/kernel/duration.ts';
import { commandCode, guidanceMrkdwn } from '../../src/slack/messages/commands.ts';
import type { GatewayPlan, PlanShowing, PlannedStep } from './notifier.ts';
import { plural, shorten } from '../../src/kernel/text.ts';
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
  link,
  nothing,
} from '../../src/slack/messages/mrkdwn.ts';

/** Button value: the run to start and the plan it is bound to. */
export const approvedPlan = codec(
  z.object({
    runId: plainName,
    hash: z.string().regex(/^[0-9a-f]+$/),
    gateway: z.string().regex(/^\S+$/),
  }),
);

export const canStart = ({ verdict }: GatewayPlan, { asks }: PlanShowing): boolean =>
  asks && verdict === 'ready';

export function planMessage(plan: GatewayPlan, showing: PlanShowing, job: string): Message {
  const { gateway, hash, activeRun } = plan;
  const isAsked = canStart(plan, showing);
  const lead = leadOf(plan, showing);
  const blocks: Block[] = [
    header(shorten(isAsked ? `Provision gateway ${gateway}?` : `Plan for gateway ${gateway}`, 140)),
    section(lead.shown),
    ...differenceBlocks(showing),
    ...obstacleBlocks(plan),
    section(
      joined(
        plan.desired.map(({ label, value }) => mrkdwn`*${escapeText(label)}:* ${asDesired(value)}`),
        '\n',
      ),
    ),
    ...stepSections(plan),
  ];
  if (activeRun !== undefined) {
    blocks.push(
      section(
        mrkdwn`:hourglass_flowing_sand: *Active:* run ${code(activeRun)} is using this gateway.`,
      ),
    );
  }
  if (isAsked) {
    blocks.push(
      actions([
        {
          label: showing.asksSecond === true ? 'Request approval' : 'Provision',
          action: 'plan.approve',
          value: approvedPlan.write({ runId: job, hash, gateway }),
          style: 'primary',
        },
        { label: 'Cancel', action: 'run.dismiss', value: job },
      ]),
    );
  }
  if (isAsked && showing.asksSecond === true) {
    blocks.push(context(mrkdwn`The run starts after another operator approves this exact plan.`));
  }
  blocks.push(context(costLine(plan)), context(mrkdwn`plan ${code(hash)} · ${code(job)}`));
  return {
    text: lead.text,
    blocks,
    mark: outcome(statusOf(plan, showing), job),
  };
}

function statusOf({ verdict }: GatewayPlan, { asks }: PlanShowing) {
  if (!asks || verdict === 'in_sync') return 'ok';
  return verdict === 'ready' ? 'asked' : 'refused';
}

const lead = (mark: Mrkdwn, text: Mrkdwn): { text: Mrkdwn; shown: Mrkdwn } => ({
  text: text,
  shown: mrkdwn`${mark} ${text}`,
});

const outOfDate = mrkdwn`*The approved plan is out of date, so nothing started.*`;

/** The summary, for screen readers and for the top of the message. */
function leadOf(plan: GatewayPlan, showing: PlanShowing): { text: Mrkdwn; shown: Mrkdwn } {
  const { gateway, verdict, steps, cost } = plan;
  const stale = showing.differs === undefined ? nothing : mrkdwn`${outOfDate} `;
  switch (verdict) {
    case 'in_sync':
      return lead(
        mrkdwn`:white_check_mark:`,
        mrkdwn`${stale}*No changes.* Gateway ${code(gateway)} matches its configuration.`,
      );
    case 'blocked': {
      const obstacles = steps.filter(isObstacle);
      const count = escapeText(plural(obstacles.length, 'problem'));
      const text = mrkdwn`${stale}*Blocked: ${count} to fix.* Nothing changed.`;
      const fixes = obstacles.map(
        ({ why, next }) =>
          mrkdwn`${sentence(why ?? '')} ${escapeText(guidanceText(next ?? '', gateway))}`,
      );
      return {
        text: mrkdwn`Gateway ${escapeText(gateway)}. ${text} ${joined(fixes, ' ')}`,
        shown: mrkdwn`:no_entry: ${text} *Next:* apply ${obstacles.length === 1 ? 'the fix' : 'the fixes'} below, then run ${commandCode('provision', gateway)}.`,
      };
    }
    case 'ready': {
      const time = escapeText(`about ${formatEstimate(plan.expectedMs)}`);
      const price = mrkdwn`${money(cost.usd)} per hour`;
      const counts = countsOf(steps);
      const question = showing.asks ? 'Provision gateway' : 'Plan for gateway';
      const mark = showing.asks ? '?' : '.';
      return {
        text: mrkdwn`${stale}${question} ${escapeText(gateway)}${mark} ${counts}. Takes ${time} and costs about ${price}. Nothing has changed yet.`,
        shown: mrkdwn`${stale === '' ? '' : mrkdwn`:warning: ${outOfDate}\n`}*${counts}*\n${time} · ${price} · nothing has changed yet`,
      };
    }
  }
}

/** Names are code; sentences are text, which wraps better. */
const asDesired = (value: string): Mrkdwn => (/\s/.test(value) ? escapeText(value) : code(value));

const isObstacle = ({ action }: PlannedStep): boolean =>
  action === 'blocked' || action === 'unread';

function countsOf(steps: readonly PlannedStep[]): Mrkdwn {
  const count = (action: PlannedStep['action']): number =>
    steps.filter((step) => step.action === action).length;
  const parts = [
    [count('create'), 'to create'],
    [count('change'), 'to change'],
    [count('prove'), 'to verify'],
    [count('leave'), 'unchanged'],
  ] as const;
  const counted = parts
    .filter(([number]) => number > 0)
    .map(([number, label]) => mrkdwn`${number} ${label}`);
  return joined(counted, ', ');
}

function differenceBlocks({ differs }: PlanShowing): Block[] {
  if (differs === undefined) return [];
  const lines = differs.length === 0 ? ['Gateway configuration'] : differs;
  return chunks(
    mrkdwn`*Changed since the approved plan*`,
    lines.map((line) => mrkdwn`• ${escapeText(line)}`),
  );
}

function obstacleBlocks({ steps, gateway }: GatewayPlan): Block[] {
  return steps.filter(isObstacle).map(({ title, action, why, next }) => {
    const word = action === 'blocked' ? 'Blocked' : 'Could not check';
    const fix = next === undefined ? '' : mrkdwn`\n*Fix:* ${guidanceMrkdwn(next, gateway)}`;
    return section(
      mrkdwn`:x: *${word}: ${escapeText(title)}.* ${sentence(shorten(why ?? '', whyShown))}${fix}`,
    );
  });
}

const groups = [
  ['create', mrkdwn`:heavy_plus_sign: *Create`],
  ['change', mrkdwn`:pencil2: *Change`],
  ['prove', mrkdwn`:mag: *Verify`],
] as const;

/** Steps by what the run does with them; unchanged ones are only counted. */
function stepSections({ steps, verdict }: GatewayPlan): Block[] {
  const changes = groups.flatMap(([action, title]) => {
    const planned = steps.filter((step) => step.action === action);
    return planned.length === 0
      ? []
      : chunks(mrkdwn`${title} (${planned.length})*`, stepLines(planned));
  });
  const unchanged = steps.filter(({ action }) => action === 'leave').length;
  return [
    ...(verdict === 'blocked' && changes.length > 0 ? [section(mrkdwn`*After the fix*`)] : []),
    ...changes,
    ...(unchanged === 0 ? [] : [section(mrkdwn`:white_check_mark: *Unchanged (${unchanged})*`)]),
  ];
}

/** A line for each step with a reason, and one line for the others. */
function stepLines(steps: readonly PlannedStep[]): Mrkdwn[] {
  const explained = steps.flatMap(({ title, why }) =>
    why === undefined ? [] : [mrkdwn`• ${escapeText(title)}: ${escapeText(shorten(why, 300))}`],
  );
  const others = steps.filter(({ why }) => why === undefined).map(({ title }) => escapeText(title));
  return others.length === 0 ? explained : [...explained, mrkdwn`• ${joined(others, ', ')}`];
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
      : mrkdwn` Not included: ${escapeText(cost.unpriced.join(', '))}.`;
  return mrkdwn`About ${money(cost.usd)} per hour: ${joined(lines, ', ')}.${without} ${link(cost.source, 'List prices')} for ${escapeText(`${cost.region} as of ${cost.asOf}`)}.`;
}

function money(usd: number): Mrkdwn {
  return escapeText(`$${usd.toFixed(usd < 0.1 ? 3 : 2)}`);
}
