// `audit` command: the audit trail for operators, as a message or a file.
import { fail } from '../../src/kernel/errors.ts';
import { jobId } from '../../src/slack/dispatch/job-id.ts';
import { auditFile, auditMessage, auditLines } from './view.ts';
import { outcome, say } from '../../src/slack/messages/message.ts';
import type { Command } from '../../src/slack/dispatch/command.ts';
import { typedWord } from '../../src/kernel/text.ts';
import { mrkdwn, code } from '../../src/slack/messages/mrkdwn.ts';

const shownByDefault = 20;
const mostShown = 200;
/** The whole trail. */
const exported = 20_000;

export const audit: Command = {
  name: 'audit',
  summary: 'Show who did what, when, and the outcome',
  example: 'audit --last 50 --user @alice',
  usage: 'audit [--last N] [--user @NAME] [--export csv | jsonl]',
  help: 'Lists the newest audit entries; only you see them. `--export` sends all of them as a file.',
  permission: 'operator',
  isPermissionFresh: true,
  isPublic: false,
  // The audit trail is for operators; a channel has other readers.
  isPersonal: () => true,
  hasEffect: false,
  options: {
    last: {
      kind: 'value',
      placeholder: 'N',
      help: mrkdwn`number of entries, 1 to ${mostShown}; default ${shownByDefault}, and all in an export`,
      pattern: /[1-9]\d?|1\d\d|200/,
    },
    user: {
      kind: 'value',
      placeholder: '@NAME',
      help: 'only entries by or for this person',
      pattern: /@\S+/,
    },
    export: {
      kind: 'value',
      placeholder: 'FORMAT',
      help: '`csv` or `jsonl`: sends a file in a direct message',
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
      const text = mrkdwn`Exporting ${entries.length} entries. You get ${code(file.name)} in a direct message.`;
      return {
        message: say(text, { mark: outcome('ok', job) }),
        after: async () => {
          const comment = mrkdwn`Audit trail: ${entries.length} entries.`;
          const given = { ...file, title: file.name };
          await ctx.messenger.upload(given, { channel: by.user, comment });
        },
      };
    }
    const desired = Number(last ?? shownByDefault);
    // A start and its end are separate entries.
    const lines = auditLines(await ctx.audit.read({ last: desired * 2, who })).slice(0, desired);
    return { message: auditMessage(lines, { job, who }) };
  },
};

/** @throws invalid/bad_person */
function personOf(user: string | true | undefined): string | undefined {
  if (typeof user !== 'string') return undefined;
  const [, id] = /^@([UW][A-Z0-9]{2,})$/.exec(user) ?? [];
  if (id !== undefined) return id;
  throw fail('invalid', 'bad_person', `Unknown person ${typedWord(user)}.`, {
    next: 'Pick the person from the list that Slack shows when you type @.',
  });
}
