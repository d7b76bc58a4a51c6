// Command `quota`: shows, requests and sets quotas.
import { guidance, guidanceText, slashCommand } from '../../src/kernel/guidance.ts';
import { commandCode } from '../../src/slack/messages/commands.ts';
import {
  type HandlerContext,
  type Call,
  type Command,
  type Reply,
  answersTo,
} from '../../src/slack/dispatch/command.ts';
import type { quotaPayload } from './payload.ts';
import type { z } from 'zod';
import { lastProvisioning, readProvisionOptions, runInput } from '../../src/gateway/options.ts';
import { fail } from '../../src/kernel/errors.ts';
import { chosenGateway, gatewayOption } from '../../src/slack/dispatch/gateway-choice.ts';
import { jobId } from '../../src/slack/dispatch/job-id.ts';
import type { TypedCommand } from '../../src/slack/dispatch/parse-command.ts';
import { enqueuePlan } from '../provision/start-plan.ts';
import { openQuotaRequest, requestQuota } from './modal.ts';
import { needsApprover, startRun } from '../runs/start-run.ts';
import { visibilityText } from '../../src/slack/dispatch/seen-by.ts';
import { refusal } from '../../src/slack/dispatch/refusals.ts';
import { accepted, say } from '../../src/slack/messages/message.ts';
import { activeRunOf, lockedMessage } from '../../src/slack/dispatch/active-run.ts';
import { type QuotaArguments, readLimit, readQuotaArguments } from './arguments.ts';
import { mrkdwn, code, mention } from '../../src/slack/messages/mrkdwn.ts';

export const quota: Command = {
  name: 'quota',
  summary: 'Show your quota and usage, or request more',
  example: 'quota request 20/minute for a demo',
  usage:
    'quota [@PERSON] [--app NAME] [--all] [--day | --week] [--gateway NAME] | quota request LIMIT/WINDOW [REASON] | quota set LIMIT/WINDOW [--yes]',
  help: 'Shows your limit and usage. `request` asks the operators for more; operators change a limit with `set`.',
  permission: 'anyone',
  isPublic: false,
  // Setting it is a run, with a public card.
  isPersonal: ({ words }) => words[0]?.toLowerCase() !== 'set',
  hasEffect: true,
  options: {
    gateway: gatewayOption,
    day: { kind: 'flag', help: 'the last 24 hours (default)' },
    week: { kind: 'flag', help: 'the last seven days' },
    app: {
      kind: 'value',
      placeholder: 'NAME',
      help: guidanceText(guidance`one app only, by its name in ${slashCommand('key list')}`),
      pattern: /[A-Za-z0-9][A-Za-z0-9._ -]{0,80}/,
    },
    all: { kind: 'flag', help: 'all users (operators)' },
    yes: { kind: 'flag', help: 'with `set`: start without showing the plan' },
  },
  // A reason is many words.
  argument: { kind: 'words', max: 200 },
  run: async (call, ctx) => {
    const meant = readQuotaArguments(call.typed);
    switch (meant.verb) {
      case 'show':
        return show(call, ctx, meant);
      case 'set':
        return set(call, ctx, meant.value);
      case 'request':
        return request(call, ctx, meant);
    }
  },
};

type Shown = Extract<QuotaArguments, { verb: 'show' }>;

async function show(
  call: Call,
  ctx: HandlerContext,
  { person, app, isForAll, span }: Shown,
): Promise<Reply> {
  const { by, delivery, deadline, typed } = call;
  const gateway = chosenGateway(ctx, withoutWords(typed), 'default');
  const job = jobId('quota', delivery);
  const other = person === by.user ? undefined : person;
  if (isForAll || other !== undefined) {
    const verdict = await ctx.permissions.may('operator', by, { isFresh: true });
    if (!verdict.allowed) {
      const own = mrkdwn`You can see your own with ${commandCode('quota', gateway.name)}.`;
      return { message: refusal(mrkdwn`${verdict.sentence} ${own}`, job) };
    }
  }
  const payload: z.input<typeof quotaPayload> = {
    gateway: gateway.name,
    whose: isForAll ? 'all' : (other ?? 'own'),
    ...(app === undefined ? {} : { app }),
    span,
    to: answersTo(call, job),
  };
  deadline.begin();
  await ctx.queues.enqueue('quota', payload, job, by);
  const whose = isForAll
    ? "all users'"
    : other === undefined
      ? 'your'
      : mrkdwn`${mention(other)}'s`;
  const text = mrkdwn`Reading ${whose} quota and usage on ${code(gateway.name)}; ${visibilityText(payload.to)}.`;
  return { message: say(text, { mark: accepted(job) }), fills: job };
}

async function request(
  call: Call,
  ctx: HandlerContext,
  { value, why }: Extract<QuotaArguments, { verb: 'request' }>,
): Promise<Reply> {
  const { by, delivery, triggerId, deadline, typed } = call;
  const gateway = chosenGateway(ctx, withoutWords(typed), 'default').name;
  if (value === undefined) {
    return openQuotaRequest(ctx, { by, delivery, triggerId, value: gateway });
  }
  const desired = limitOf(value);
  const job = jobId('quota', delivery);
  const to = answersTo(call, job);
  return requestQuota(ctx, deadline, { by, to, job, gateway, desired, why });
}

/** @throws invalid/bad_quota */
function limitOf(value: string | undefined): string {
  const limit = readLimit(value ?? '');
  if ('words' in limit) return limit.words;
  throw fail('invalid', 'bad_quota', limit.problem, { next: limit.next });
}

/** A quota is a provision option, so setting it is a run with a plan, a card and verification. */
async function set(
  call: Call,
  ctx: HandlerContext,
  typedValue: string | undefined,
): Promise<Reply> {
  const { by, delivery, deadline, typed } = call;
  const gateway = chosenGateway(ctx, withoutWords(typed), 'named');
  const runId = jobId(`provision-${gateway.name}`, delivery);
  const verdict = await ctx.permissions.may('operator', by, { isFresh: true });
  if (!verdict.allowed) return { message: refusal(verdict.sentence, runId) };
  const value = limitOf(typedValue);
  const last = await lastProvisioning(ctx.store, gateway.name);
  if (last === undefined) {
    throw fail('refused', 'no_gateway', `Gateway ${gateway.name} doesn't exist yet`, {
      next: guidance`Create it with ${slashCommand(`provision ${gateway.name} --quota ${value}`)}.`,
    });
  }
  const options = readProvisionOptions({ ...last, quota: value });
  const isRequested = typed.options['yes'] === true;
  if (isRequested && !(await needsApprover(ctx, gateway.name, { runbook: 'provision' }))) {
    const input = runInput(gateway, options);
    return startRun(ctx, deadline, {
      runId,
      runbook: 'provision',
      target: gateway.name,
      input,
      by,
    });
  }
  const active = await activeRunOf(ctx.store, gateway.name);
  if (active !== undefined) return { message: lockedMessage(active, runId) };
  return enqueuePlan(ctx, call, {
    gateway: gateway.name,
    options,
    asks: true,
    isRequested,
    job: runId,
  });
}

const withoutWords = (typed: TypedCommand): TypedCommand => ({ ...typed, words: [] });
