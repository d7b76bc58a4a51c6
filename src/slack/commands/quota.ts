// `quota`: what a person may send and has sent; `quota set`: another limit, made and proven as a provisioning run.
import type { JobPayload } from '../../../jobs/index.ts';
import {
  lastProvisioning,
  quotaPattern,
  readProvisionOptions,
  runInput,
} from '../../../jobs/provision-options.ts';
import { fail } from '../../errors.ts';
import { chosenGateway, gatewayOption } from '../gateway-choice.ts';
import { jobId } from '../job-id.ts';
import type { TypedCommand } from '../parse-command.ts';
import { enqueuePlan } from '../plan-job.ts';
import { holderOf, startRun } from '../start-run.ts';
import { refusal } from '../views/help.ts';
import { accepted, say } from '../views/message.ts';
import { lockedMessage } from '../views/provision.ts';
import { type Call, type Command, type Desk, type Reply, answersTo } from './command.ts';

export const quota: Command = {
  name: 'quota',
  usage: 'quota [--all] [--week] [--gateway NAME] | quota set LIMIT/WINDOW [--yes]',
  help: 'your limit, what is used and when it resets, with a picture; operators set it',
  permission: 'anyone',
  isPublic: false,
  hasEffect: true,
  options: {
    gateway: gatewayOption,
    week: { kind: 'flag', help: 'the last seven days instead of the last 24 hours' },
    all: { kind: 'flag', help: 'everybody together; for operators' },
    yes: { kind: 'flag', help: 'sets it at once, without the question' },
  },
  argument: { kind: 'words', max: 2 },
  run: async (call, desk) => {
    const [verb, value, ...rest] = call.typed.words;
    if (verb === undefined) return show(call, desk);
    if (verb.toLowerCase() === 'set' && rest.length === 0) return set(call, desk, value);
    throw fail('invalid', 'bad_argument', `I do not know what \`${verb}\` means here.`, {
      next: 'Type `/llmgw quota`, or `/llmgw quota set 20/minute`.',
    });
  },
};

async function show(call: Call, desk: Desk): Promise<Reply> {
  const { by, delivery, deadline, typed } = call;
  const gateway = chosenGateway(desk, withoutWords(typed), 'default');
  const job = jobId('quota', delivery);
  const isForAll = typed.options['all'] === true;
  if (isForAll) {
    const verdict = await desk.permissions.may('operator', by);
    if (!verdict.allowed) return { message: refusal(verdict.sentence, job) };
  }
  const payload: JobPayload<'quota'> = {
    gateway: gateway.name,
    whose: isForAll ? 'all' : 'own',
    span: typed.options['week'] === true ? 'week' : 'day',
    to: answersTo(call, job),
  };
  deadline.begin();
  await desk.queues.enqueue('quota', payload, job, by);
  const text = `Looking up ${isForAll ? "everybody's" : 'your'} requests to \`${gateway.name}\`.`;
  return { message: say(text, { mark: accepted(job) }), fills: job };
}

/** A quota is one of the gateway's wishes: setting it is a run like any other, with a plan, a card and the proof at its end. */
async function set(call: Call, desk: Desk, value: string | undefined): Promise<Reply> {
  const { by, delivery, deadline, typed } = call;
  const gateway = chosenGateway(desk, withoutWords(typed), 'named');
  const runId = jobId(`provision-${gateway.name}`, delivery);
  const verdict = await desk.permissions.may('operator', by);
  if (!verdict.allowed) return { message: refusal(verdict.sentence, runId) };
  if (value === undefined || !quotaPattern.test(value)) {
    throw fail('invalid', 'bad_quota', 'A quota reads like `20/minute`, `500/hour` or `2000/day`.');
  }
  const last = await lastProvisioning(desk.store, gateway.name);
  if (last === undefined) {
    throw fail('refused', 'no_gateway', `There is no gateway \`${gateway.name}\` yet.`, {
      next: `Type \`/llmgw provision ${gateway.name} --quota ${value}\`.`,
    });
  }
  const options = readProvisionOptions({ ...last, quota: value });
  if (typed.options['yes'] === true) {
    const input = runInput(gateway, options);
    return startRun(desk, deadline, {
      runId,
      runbook: 'provision',
      target: gateway.name,
      input,
      by,
    });
  }
  const holder = await holderOf(desk.store, gateway.name);
  if (holder !== undefined) return { message: lockedMessage(holder, runId) };
  return enqueuePlan(desk, call, { gateway: gateway.name, options, asks: true, job: runId });
}

const withoutWords = (typed: TypedCommand): TypedCommand => ({ ...typed, words: [] });
