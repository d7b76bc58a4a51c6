// Test people for jobs: a recording notifier, and in-memory ports in place of Redis.
import { memoryTexts } from '../../support/memory-texts.ts';
import { guidanceText } from '../../../src/kernel/guidance.ts';
import { createAskMeter } from '../../../jobs/ask/metrics.ts';
import type { Due } from '../../../src/job/context.ts';
import type { Answer } from '../../../jobs/ask/answer/notifier.ts';
import type { GatewayTeardown } from '../../../jobs/teardown/notifier.ts';
import type { GatewayPlan, PlanShowing } from '../../../jobs/provision/notifier.ts';
import type { Diagnosis } from '../../../jobs/health/doctor/notifier.ts';
import type { GatewayStatus } from '../../../jobs/health/status/notifier.ts';
import type { KeyNews, KeyReveal } from '../../../jobs/keys/notifier.ts';
import type { Addressee } from '../../../src/job/addressee.ts';
import { expect } from 'vitest';
import type { ApprovalRequest, Question } from '../../../jobs/approvals/questions.ts';
import type { ExplainedFault } from '../../../src/gateway/faults/explained.ts';
import type { Turn } from '../../../jobs/ask/conversation.ts';
import type { HomeReport } from '../../../jobs/home/report.ts';
import type { QuotaReport } from '../../../jobs/quota/usage/report.ts';
import type { QuotaWarning } from '../../../jobs/quota/warning.ts';
import type { QuotaNews } from '../../../jobs/quota/quota-request.ts';
import { type CapabilityContext, type JobPayload, runJob } from '../../../jobs/index.ts';
import { createMetrics } from '../../../src/kernel/metrics.ts';
import { type Fault, fail } from '../../../src/kernel/errors.ts';
import { type World, quiet } from './world.ts';

export type Said =
  | { readonly what: 'revealed' | 'announced'; readonly to: Addressee; readonly reveal: KeyReveal }
  | { readonly what: 'key'; readonly to: Addressee; readonly news: KeyNews }
  | { readonly what: 'approval'; readonly to: Addressee; readonly request: ApprovalRequest }
  | { readonly what: 'opened'; readonly to: Addressee; readonly prompt: string }
  | { readonly what: 'answered'; readonly to: Addressee; readonly answer: Answer }
  | {
      readonly what: 'explained';
      readonly to: Addressee;
      readonly fault: ExplainedFault;
      readonly partial: string;
    }
  | { readonly what: 'waits'; readonly to: Addressee; readonly why: string }
  | { readonly what: 'stopped'; readonly to: Addressee; readonly partial: string }
  | { readonly what: 'interrupted'; readonly to: Addressee }
  | { readonly what: 'status'; readonly to: Addressee; readonly status: GatewayStatus }
  | { readonly what: 'home'; readonly to: Addressee; readonly home: HomeReport }
  | { readonly what: 'quota'; readonly to: Addressee; readonly quota: QuotaReport }
  | { readonly what: 'quota_news'; readonly to: Addressee; readonly news: QuotaNews }
  | { readonly what: 'quota_warning'; readonly to: Addressee; readonly warning: QuotaWarning }
  | { readonly what: 'diagnosis'; readonly to: Addressee; readonly diagnosis: Diagnosis }
  | {
      readonly what: 'plan';
      readonly to: Addressee;
      readonly plan: GatewayPlan;
      readonly showing: PlanShowing;
    }
  | { readonly what: 'teardown'; readonly to: Addressee; readonly teardown: GatewayTeardown }
  | { readonly what: 'failed'; readonly to: Addressee; readonly fault: Fault };

const emails: Readonly<Record<string, string>> = {
  U0ALICE: 'Alice@Example.com',
  U0BOB: 'bob@example.com',
  U0CAROL: 'carol@example.com',
  U0DAVE: 'dave@example.com',
  U0ERIN: 'erin@example.com',
  U0FAY: 'fay@example.com',
};

/** Defaults that a test overrides when its job reads them. */
export const noRuns: CapabilityContext['runs'] = {
  activeRunId: () => Promise.resolve(undefined),
  activeRun: () => Promise.resolve(undefined),
  last: () => Promise.resolve(undefined),
  lease: () => Promise.resolve(undefined),
  options: () => Promise.resolve({}),
  find: () => Promise.resolve(undefined),
  provision: () => Promise.resolve(),
  teardown: () => Promise.resolve(),
  retry: () => Promise.resolve(),
};

type AskOptions = Omit<Partial<JobPayload<'ask'>>, 'to'> & { readonly to?: Partial<Addressee> };

export interface People {
  readonly said: Said[];
  /** Growing answers, by job. */
  readonly grown: Map<string, string[]>;
  readonly texts: Map<string, string>;
  onGrow: (job: string) => void;
  context(more?: Partial<CapabilityContext>): CapabilityContext;
  /** Scheduled jobs, in order. */
  readonly due: Due[];
  key(
    user: string,
    action?: JobPayload<'key'>['action'],
    more?: Partial<CapabilityContext>,
    payload?: Partial<JobPayload<'key'>>,
  ): Promise<Said>;
  ask(
    user: string,
    prompt: string,
    more?: Partial<CapabilityContext>,
    options?: AskOptions,
  ): Promise<Said>;
  status(more?: Partial<CapabilityContext>): Promise<GatewayStatus>;
  /** The asker stopped it. */
  stop(job: string): void;
  readonly turns: Map<string, Turn[]>;
}

export function meetPeople(world: World): People {
  const said: Said[] = [];
  const grown = new Map<string, string[]>();
  const texts = new Map<string, string>();
  const used = new Map<string, number[]>();
  const claimed = new Set<string>();
  const questions = new Map<string, Question>();
  const due: Due[] = [];
  const people = { said, due, grown, texts, onGrow: (_job: string): void => undefined };
  const notifier: CapabilityContext['notifier'] = {
    profile: (user) => {
      const email = emails[user];
      if (email === undefined) throw fail('permanent', 'profile_hidden', 'No e-mail to be seen');
      return Promise.resolve({ user, email, firstName: 'First', lastName: '' });
    },
    tellKey: (to, news) => note({ what: 'key', to, news }),
    askApproval: (request) => {
      const to = { ...request.by, job: request.id };
      return note({ what: 'approval', to, request }).then(() => ({
        decision: undefined,
        until: Date.now() + 60_000,
      }));
    },
    askForQuota: (request) => {
      const to = { ...request.by, job: request.id };
      const question = { request, until: Date.now() + 60_000, decision: undefined };
      questions.set(request.id, question);
      return note({ what: 'approval', to, request }).then(() => ({ question, instead: undefined }));
    },
    question: (id) => Promise.resolve(questions.get(id)),
    tellQuestion: () => Promise.resolve(),
    closeQuestion: (id) => Promise.resolve(questions.get(id)),
    tellQuota: (to, news) => note({ what: 'quota_news', to, news }),
    warnQuota: (to, warning) => note({ what: 'quota_warning', to, warning }),
    revealKey: (to, reveal) => note({ what: 'revealed', to, reveal }),
    announceKey: (to, reveal) => note({ what: 'announced', to, reveal }),
    openAnswer: async (to, { prompt, isPrivate }) => {
      await note({ what: 'opened', to, prompt });
      return {
        thread: isPrivate ? undefined : `${to.channel}:${to.threadTs ?? to.job}`,
        abandon: () => undefined,
        wait: (why) => note({ what: 'waits', to, why }),
        stopped: (partial) => note({ what: 'stopped', to, partial }),
        interrupted: () => note({ what: 'interrupted', to }),
        grow: (text) => {
          grown.set(to.job, [...(grown.get(to.job) ?? []), text]);
          people.onGrow(to.job);
        },
        finish: (answer) => note({ what: 'answered', to, answer }),
        explain: (fault, partial = '') => note({ what: 'explained', to, fault, partial }),
      };
    },
    showQuota: (to, quota) => note({ what: 'quota', to, quota }),
    openHome: (user) =>
      Promise.resolve({
        show: (home) => note({ what: 'home', to: { user, channel: user, job: 'home' }, home }),
      }),
    // Causes and next actions as people read them.
    showStatus: (to, { cause, ...status }) =>
      note({ what: 'status', to, status: { ...status, cause: cause && guidanceText(cause) } }),
    showDiagnosis: (to, diagnosis) => note({ what: 'diagnosis', to, diagnosis }),
    showTeardown: (to, teardown) => note({ what: 'teardown', to, teardown }),
    showPlan: (to, plan, showing) => note({ what: 'plan', to, plan, showing }),
    fail: (to, { next = '', ...fault }) =>
      note({ what: 'failed', to, fault: { ...fault, next: guidanceText(next) } }),
  };
  const note = (one: Said): Promise<void> => {
    said.push(one);
    return Promise.resolve();
  };
  const stops = new Map<string, () => void>();
  const turns = new Map<string, Turn[]>();
  const asks: CapabilityContext['asks'] = {
    onStop: (job, stop) => {
      stops.set(job, stop);
      return Promise.resolve({ end: () => void stops.delete(job) });
    },
    hold: () => ({ end: () => undefined }),
    ahead: () => Promise.resolve(0),
    leave: () => Promise.resolve(),
    turns: (thread) => Promise.resolve(turns.get(thread) ?? []),
    begin: () => Promise.resolve(),
    addTurn: (thread, _gateway, turn) =>
      Promise.resolve(void turns.set(thread, [...(turns.get(thread) ?? []), turn])),
  };
  const context = (more: Partial<CapabilityContext> = {}): CapabilityContext => ({
    env: () => Promise.resolve(world.env),
    provisioned: () => Promise.resolve({ env: world.env, moved: [], elsewhere: [] }),
    gateways: ['default'],
    notifier,
    texts: memoryTexts(texts),
    runs: noRuns,
    usage: {
      count: (name, windowMs) => {
        const now = Date.now();
        const recent = (used.get(name) ?? []).filter((at) => at > now - windowMs);
        used.set(name, [...recent, now]);
        return Promise.resolve(recent.length + 1);
      },
      read: (name) => {
        const times = used.get(name) ?? [];
        const first = times[0];
        return Promise.resolve({
          used: times.length,
          resetsAt: first === undefined ? undefined : first + 60_000,
        });
      },
      claim: (name) => {
        const isFirst = !claimed.has(name);
        claimed.add(name);
        return Promise.resolve(isFirst);
      },
    },
    schedule: (one) => Promise.resolve(void due.push(one)),
    requiresApproval: [],
    asks,
    meter: createAskMeter(createMetrics().registry),
    redact: (text) => world.redactor.text(text),
    log: quiet,
    signal: new AbortController().signal,
    isLastAttempt: true,
    ...more,
  });
  let lastJob = 0;
  const to = (name: string, user: string): Addressee => ({
    user,
    channel: 'C0GATEWAY',
    job: `${name}-${(lastJob += 1)}`,
  });
  /** Messages before an outcome, or in addition to it. */
  const beside: readonly Said['what'][] = ['opened', 'quota_warning'];
  const outcome = (job: string): Said =>
    said.findLast((one) => one.to.job === job && !beside.includes(one.what)) ??
    expect.fail(`nothing was said about ${job}`);
  return Object.assign(people, {
    context,
    turns,
    stop: (job: string) => stops.get(job)?.(),
    key: async (
      user: string,
      action: JobPayload<'key'>['action'] = 'issue',
      more = {},
      payload: Partial<JobPayload<'key'>> = {},
    ) => {
      const addressee = payload.to ?? to('key', user);
      const given = { gateway: 'default', action, ...payload, to: addressee };
      await runJob('key', given, context(more));
      return outcome(addressee.job);
    },
    ask: async (user: string, prompt: string, more = {}, options: AskOptions = {}) => {
      const addressee = { ...to('ask', user), ...options.to };
      texts.set(addressee.job, prompt);
      const asked = { gateway: 'default', prompt: addressee.job, maxTokens: 8 };
      const payload = { ...asked, ...options, to: addressee };
      await runJob('ask', payload, context(more));
      return outcome(addressee.job);
    },
    status: async (more = {}) => {
      const addressee = to('status', 'U0ALICE');
      await runJob('status', { gateway: 'default', to: addressee }, context(more));
      const one = outcome(addressee.job);
      return one.what === 'status' ? one.status : expect.fail(JSON.stringify(one));
    },
  });
}
