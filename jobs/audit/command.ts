// `audit`: who did what, when, from where, and how it ended; for operators, to read or as a file.
import { fail } from '../../src/kernel/errors.ts';
import { jobId } from '../../src/slack/dispatch/job-id.ts';
import { auditFile, auditMessage, auditLines } from './view.ts';
import { outcome, say } from '../../src/slack/messages/message.ts';
import type { Command } from '../../src/slack/dispatch/command.ts';
import { typedWord } from '../../src/kernel/text.ts';
import { mrkdwn, code } from '../../src/slack/messages/mrkdwn.ts';

const shownByDefault = 20;
const mostShown = 200;
/** All there is. */
const exported = 20_000;

export const audit: Command = {
  name: 'audit',
  usage: 'audit [--last N] [--user @NAME] [--export csv | jsonl]',
  help: 'who did what, when, from where, and how it ended; `--export` sends you a file',
  permission: 'operator',
  isPermissionFresh: true,
  isPublic: false,
  // Who did what is for operators; a channel has others in it.
  isPersonal: () => true,
  hasEffect: false,
  options: {
    last: {
      kind: 'value',
      placeholder: 'N',
      help: mrkdwn`how many, from 1 to ${mostShown}; ${shownByDefault} if not given; an export holds all unless it is`,
      pattern: /[1-9]\d?|1\d\d|200/,
    },
    user: {
      kind: 'value',
      placeholder: '@NAME',
      help: 'only what this person did, or what was done for them',
      pattern: /@\S+/,
    },
    export: {
      kind: 'value',
      placeholder: 'FORMAT',
      help: '`csv` or `jsonl` (JSON Lines): a file in your direct messages, for you alone',
      pattern: /csv|jsonl/,
    },
  },
  argument: { kind: 'none' },
  run: async ({ by, delivery, typed }, ctx) => {
    const job = jobId('audit', delivery);
    const { last, user, export: format } = typed.options;
    const who = personOf(user);
    if (format === 'csv' || format === 'jsonl') {
      const entries = await ctx.audit.read({ last: Number(last ?? exported), who });
      const file = auditFile(entries, format);
      const text = mrkdwn`${entries.length} entries come as ${code(file.name)} in your direct messages with me.`;
      return {
        message: say(text, { mark: outcome('ok', job) }),
        after: async () => {
          const comment = mrkdwn`The audit trail you asked for: ${entries.length} entries.`;
          const given = { ...file, title: file.name };
          await ctx.messenger.upload(given, { channel: by.user, comment });
        },
      };
    }
    const desired = Number(last ?? shownByDefault);
    // What somebody began and how it ended are entries of their own.
    const deeds = auditLines(await ctx.audit.read({ last: desired * 2, who })).slice(0, desired);
    return { message: auditMessage(deeds, { job, who }) };
  },
};

/** @throws invalid/bad_person */
function personOf(user: string | true | undefined): string | undefined {
  if (typeof user !== 'string') return undefined;
  const [, id] = /^@([UW][A-Z0-9]{2,})$/.exec(user) ?? [];
  if (id !== undefined) return id;
  throw fail('invalid', 'bad_person', `I cannot tell who ${typedWord(user)} is.`, {
    next: 'Pick the person from the list that Slack offers while you type the @.',
  });
}
