// Scenes of help, refusals, faults by kind, and the audit trail.
import { auditLines, auditMessage } from '../../../jobs/audit/view.ts';
import { handlers } from '../../../jobs/index.ts';
import type { AuditEntry } from '../../../src/kernel/audit-trail.ts';
import { type LlmgwError, errorKinds, fail } from '../../../src/kernel/errors.ts';
import {
  commandHelp,
  helpMessage,
  invalidCommand,
  outdated,
  refusal,
  unknownCommand,
} from '../../../src/slack/dispatch/refusals.ts';
import { faultMessage, kindCopy } from '../../../src/slack/messages/fault.ts';
import {
  failedModal,
  loadingModal,
  messageModal,
} from '../../../src/slack/messages/loading-modal.ts';
import { mrkdwn } from '../../../src/slack/messages/mrkdwn.ts';
import {
  type GroupMembership,
  type Verdict,
  authorize,
  mayDecide,
} from '../../../src/slack/people/authorize.ts';
import {
  misdirected,
  notAMember,
  refusedPerson,
  unknownMember,
} from '../../../src/slack/people/refused-person.ts';
import {
  type Chapter,
  type Scene,
  alice,
  channel,
  hours,
  job,
  minutes,
  now,
  olivia,
  oscar,
  runId,
} from '../scene.ts';

const { commands } = handlers;
const forAnyone = commands.filter(({ permission }) => permission === 'anyone');

export const helpScenes: Chapter = {
  title: 'Help',
  scenes: [
    { title: 'Help', when: '`/llmgw help`', message: helpMessage(forAnyone, job, undefined) },
    {
      title: 'Help for operators',
      when: '`/llmgw help`',
      message: helpMessage(commands, job, undefined),
    },
    {
      title: 'Help for an unknown command',
      when: '`/llmgw help depoly`',
      message: helpMessage(forAnyone, job, 'depoly'),
    },
    ...commands.map((command): Scene => ({
      title: `Help: ${command.name}`,
      when: `\`/llmgw help ${command.name}\``,
      message: commandHelp(command, job),
    })),
  ],
};

const elsewhere: GroupMembership = { user: alice, channel: 'C0RANDOM', groups: new Set() };
const operators = [olivia, channel, 'S0OPS'];

/** Sentences about denied people, and about people whose lookup failed. */
const verdicts: readonly (readonly [title: string, verdict: Verdict])[] = [
  ['Not an operator', authorize('operator', operators, elsewhere)],
  ["Neither the run's starter nor an operator", mayDecide(olivia, operators, elsewhere)],
  ['User group unknown', authorize('operator', operators, { ...elsewhere, groups: undefined })],
  ['Person unknown', authorize('operator', operators, { ...elsewhere, isUnknown: true })],
];

const faultOf = (title: string, when: string, { fault }: LlmgwError): Scene => ({
  title,
  when,
  message: faultMessage(fault, job),
});

export const refusalScenes: Chapter = {
  title: 'Refusals',
  scenes: [
    {
      title: 'Unknown command',
      when: '`/llmgw depoly`',
      message: unknownCommand('depoly', undefined, job),
    },
    {
      title: 'Unknown command with a suggestion',
      when: '`/llmgw provison`',
      message: unknownCommand('provison', 'provision', job),
    },
    {
      title: 'Invalid command',
      when: '`/llmgw plan --nodes many`',
      message: invalidCommand('`--nodes` takes a number.', 'plan [GATEWAY] [--nodes N]', job),
    },
    ...verdicts.flatMap(([title, verdict]): Scene[] =>
      verdict.allowed
        ? []
        : [{ title, when: 'any command for operators', message: refusal(verdict.sentence, job) }],
    ),
    ...(['external', 'stranger', 'guest', 'single_channel_guest', 'deactivated'] as const).map(
      (reason): Scene => ({
        title: `Person not served: ${reason}`,
        when: 'any command',
        message: refusedPerson(reason, job),
      }),
    ),
    faultOf('Key for a person who is not served', 'by an operator', notAMember('guest', false)),
    faultOf('Key for a person who is unknown', 'Slack does not answer', unknownMember()),
    {
      title: 'Delivery for another app',
      when: "a wrong request URL in the Slack app's settings",
      message: misdirected(job),
    },
    {
      title: 'Button from another version',
      when: 'a button that this version does not have',
      message: outdated('button', job),
    },
    faultOf(
      'Rate limit',
      'Google Cloud or Slack limits requests',
      fail('transient', 'rate_limited', 'Apigee: too many requests', { retryAfterMs: 30_000 }),
    ),
    faultOf(
      'Redis down',
      'the store does not answer',
      fail('transient', 'store_down', 'The store does not answer'),
    ),
    ...(['store_full', 'store_not_saving', 'store_read_only'] as const).map((code) =>
      faultOf(
        `Redis: \`${code}\``,
        'the store refuses writes',
        fail('transient', code, 'The store refused a write'),
      ),
    ),
    ...errorKinds.map((kind) =>
      faultOf(
        `Fault of the kind \`${kind}\``,
        `its title is "${kindCopy(kind).title}"`,
        fail(kind, 'unexpected', 'What happened, in one sentence'),
      ),
    ),
    {
      title: 'Loading in a modal',
      when: 'a button on Home',
      modal: loadingModal(mrkdwn`Reading the quota.`, job),
    },
    {
      title: 'Failed in a modal',
      when: 'a button on Home',
      modal: failedModal(mrkdwn`The quota could not be read.`, job, 'failed'),
    },
    {
      title: 'Modal from another version',
      when: 'a modal whose fields this version cannot read',
      modal: messageModal(outdated('modal', job)),
    },
  ],
};

const entry = (more: Partial<AuditEntry>): AuditEntry => ({
  at: now,
  who: olivia,
  what: 'provision',
  channel,
  via: 'slash',
  outcome: 'accepted',
  job: runId,
  ...more,
});
const trail: readonly AuditEntry[] = [
  entry({
    who: 'llmgw',
    what: 'lease.end',
    via: 'job',
    outcome: 'kept',
    on: 'default',
    job: 'l-1',
  }),
  entry({ via: 'run', outcome: 'succeeded', at: now + minutes(17), approvedBy: oscar }),
  entry({ said: 'provision default', on: 'default' }),
  entry({
    what: 'key.revoke',
    via: 'home',
    outcome: 'ok',
    on: 'llmgw-default',
    for: alice,
    job: 'k-1',
  }),
  entry({
    who: alice,
    what: 'teardown',
    via: 'direct',
    channel: alice,
    outcome: 'refused',
    why: 'not_operator',
    job: 't-1',
    at: now - hours(1),
  }),
  ...(['click', 'mention', 'window', 'shortcut'] as const).map((via) =>
    entry({ via, outcome: 'expired', job: `v-${via}` }),
  ),
];

export const auditScenes: Chapter = {
  title: 'Audit',
  scenes: [
    {
      title: 'Audit trail',
      when: '`/llmgw audit`',
      message: auditMessage(auditLines(trail), { job, who: undefined }),
    },
    {
      title: 'Audit trail of one person',
      when: '`/llmgw audit --user @alice`',
      message: auditMessage(auditLines(trail.slice(0, 1)), { job, who: alice }),
    },
    {
      title: 'Audit trail, empty',
      when: '`/llmgw audit`',
      message: auditMessage([], { job, who: undefined }),
    },
  ],
};
