// A plan as people read it: what is in the way first, then step by step, the time, the money, and the question. Pure.
import type { GatewayPlan, PlanShowing, PlannedStep } from '../../../jobs/audience.ts';
import { code, duration, escapeText } from '../slack-text.ts';
import { shorten } from '../../text.ts';
import { aboutGateway } from './about-gateway.ts';
import { sentence } from './fault.ts';
import { type Block, type Message, actions, context, header, outcome, section } from './message.ts';

/** What an approving button stands for: the run that begins, and the plan that it is bound to. */
export interface Approval {
  readonly runId: string;
  readonly hash: string;
  readonly gateway: string;
}

export const approvalValue = ({ runId, hash, gateway }: Approval): string =>
  `${runId} ${hash} ${gateway}`;

export function readApproval(value: string): Approval | undefined {
  const [, runId, hash, gateway] = /^([a-z0-9-]+) ([0-9a-f]+) (\S+)$/.exec(value) ?? [];
  if (runId === undefined || hash === undefined || gateway === undefined) return undefined;
  return { runId, hash, gateway };
}

export const mayBegin = ({ verdict }: GatewayPlan, { asks }: PlanShowing): boolean =>
  asks && verdict === 'ready';

export function planMessage(plan: GatewayPlan, showing: PlanShowing, job: string): Message {
  const { gateway, hash, holding } = plan;
  const isAsked = mayBegin(plan, showing);
  const lead = leadOf(plan, showing);
  const blocks: Block[] = [
    header(shorten(`${isAsked ? 'Provision' : 'Plan for'} the gateway ${gateway}`, 140)),
    section(lead.mrkdwn),
    ...differenceBlocks(showing),
    ...obstacleBlocks(plan),
    ...stepSections(plan),
    section(plan.wanted.map(({ label, value }) => `*${label}:* ${code(value)}`).join('\n')),
  ];
  if (holding !== undefined) {
    blocks.push(section(`:hourglass_flowing_sand: The run ${code(holding)} is at work on it now.`));
  }
  if (isAsked) {
    blocks.push(
      actions([
        {
          label: showing.asksSecond === true ? 'Ask for approval' : 'Provision',
          action: 'plan.approve',
          value: approvalValue({ runId: job, hash, gateway }),
          style: 'primary',
        },
        { label: 'Cancel', action: 'run.dismiss', value: job },
      ]),
    );
  }
  if (isAsked && showing.asksSecond === true) {
    blocks.push(context('It begins once another operator has approved exactly this plan.'));
  }
  blocks.push(context(costLine(plan)), context(`plan ${hash} · ${job}`));
  return aboutGateway(gateway, {
    text: lead.text,
    blocks,
    mark: outcome(statusOf(plan, showing), job),
  });
}

function statusOf({ verdict }: GatewayPlan, { asks }: PlanShowing) {
  if (!asks || verdict === 'as_wanted') return 'ok';
  return verdict === 'ready' ? 'asked' : 'refused';
}

/** The sentence that says it all; screen readers hear the text alone. */
function leadOf(plan: GatewayPlan, showing: PlanShowing): { text: string; mrkdwn: string } {
  const { gateway, verdict, steps } = plan;
  const stale = showing.differs === undefined ? '' : 'The plan that was approved no longer holds. ';
  const nothing = 'Nothing was changed.';
  const time = `about ${duration(plan.expectedMs)}`;
  switch (verdict) {
    case 'as_wanted': {
      const text = `${stale}Nothing to change: the gateway ${gateway} is as wanted. Nothing was started.`;
      return { text, mrkdwn: `:white_check_mark: ${escapeText(text)}` };
    }
    case 'blocked': {
      const obstacles = steps.filter(isObstacle);
      const first = obstacles
        .flatMap(({ why, next }) => [sentence(why ?? ''), next ?? ''])
        .join(' ');
      const count = obstacles.length === 1 ? 'One thing is' : `${obstacles.length} things are`;
      const text = `${stale}${count} in the way of provisioning the gateway ${gateway}.`;
      return {
        text: `${text} ${first} ${nothing}`,
        mrkdwn: `:no_entry: *${escapeText(text)}* Mend it first, then type \`/llmgw provision\`. ${nothing}`,
      };
    }
    case 'ready': {
      const question = showing.asks ? `${stale}Provision the gateway ${gateway}? ` : '';
      const text = `${question}${countsOf(steps)}; it takes ${time}, and the gateway costs about ${money(plan.cost.usd)} an hour while it stands.`;
      const mrkdwn = `${stale === '' ? '' : `:warning: *${stale.trim()}* `}${escapeText(text.slice(stale === '' || !showing.asks ? 0 : stale.length))}`;
      return { text: `${text} ${nothing}`, mrkdwn: `${mrkdwn} ${nothing}` };
    }
  }
}

const isObstacle = ({ action }: PlannedStep): boolean =>
  action === 'blocked' || action === 'unread';

function countsOf(steps: readonly PlannedStep[]): string {
  const count = (action: PlannedStep['action']): number =>
    steps.filter((step) => step.action === action).length;
  const parts = [
    [count('create'), 'to create'],
    [count('change'), 'to change'],
    [count('prove'), 'to prove'],
    [count('leave'), 'as wanted'],
  ] as const;
  return `${steps.length} steps: ${parts
    .filter(([number]) => number > 0)
    .map(([number, words]) => `${number} ${words}`)
    .join(', ')}`;
}

function differenceBlocks({ differs }: PlanShowing): Block[] {
  if (differs === undefined) return [];
  const lines = differs.length === 0 ? ['the configuration of the gateway'] : differs;
  return chunks(
    '*What differs from the plan that was approved*',
    lines.map((line) => `• ${escapeText(line)}`),
  );
}

function obstacleBlocks({ steps }: GatewayPlan): Block[] {
  return steps.filter(isObstacle).map(({ title, action, why, next }) => {
    const word = action === 'blocked' ? 'Blocked' : 'Not to be read';
    const fix = next === undefined ? '' : `\n*Fix:* ${escapeText(next)}`;
    return section(shortened(`:x: *${word}: ${escapeText(title)}.* ${sentence(why ?? '')}${fix}`));
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
          `${words[action]}: *${escapeText(title)}*${why === undefined ? '' : ` — ${escapeText(shorten(why, 300))}`}`,
        ]
      : [],
  );
  const kept = steps.filter(({ action }) => action === 'leave').map(({ title }) => title);
  if (kept.length > 0) {
    lines.push(`:white_check_mark: leave as it is: ${escapeText(kept.join(', '))}`);
  }
  if (lines.length === 0) return [];
  return chunks(verdict === 'blocked' ? '*What would be done then*' : '*Step by step*', lines);
}

/** Sections below Slack's limit, never split within a line. */
function chunks(title: string, lines: readonly string[]): Block[] {
  const texts: string[] = [title];
  for (const line of lines) {
    const last = texts.length - 1;
    const joined = `${texts[last] ?? ''}\n${line}`;
    if (joined.length > sectionChars) texts.push(line);
    else texts[last] = joined;
  }
  return texts.map(section);
}

const sectionChars = 2_600;

const shortened = (text: string): string =>
  text.length <= sectionChars ? text : `${text.slice(0, sectionChars - 1)}…`;

function costLine({ cost }: GatewayPlan): string {
  const lines = cost.lines.map(({ what, usd }) => `${escapeText(what)} ${money(usd)}`);
  const without =
    cost.unpriced.length === 0 ? '' : ` Not counted: ${escapeText(cost.unpriced.join(', '))}.`;
  return `Roughly ${money(cost.usd)} an hour while it stands: ${lines.join(', ')}.${without} List prices of ${cost.region} as of ${cost.asOf}, from ${cost.source}`;
}

function money(usd: number): string {
  return `$${usd.toFixed(usd < 0.1 ? 3 : 2)}`;
}
