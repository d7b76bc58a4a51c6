// Checks of Slack's Web API: token, scopes, limits, and refusals of harmless calls.
import { z } from 'zod';
import { LlmgwError, toFault } from '../../../../src/kernel/errors.ts';
import type { Purpose } from '../../../../src/slack/send/clients.ts';
import { readAppScopes } from '../../../../src/slack/setup/app-scopes.ts';
import { type SlackCheck, type SlackUnderTest, differs, held, notObserved } from '../../check.ts';

const absentChannel = 'C00000000';
const absentUser = 'U00000000';
const absentTs = '1000000000.000001';

const identity = z.object({
  user_id: z.string(),
  bot_id: z.string(),
  team_id: z.string(),
  response_metadata: z.object({ scopes: z.array(z.string()).default([]) }).default({ scopes: [] }),
});

interface Refusal {
  readonly purpose: Purpose;
  readonly method: string;
  readonly args: object;
}

/** Calls that Slack refuses, so that they change nothing. */
const refusals: Readonly<Record<string, Refusal>> = {
  channel_not_found: {
    purpose: 'update',
    method: 'chat.update',
    args: { channel: absentChannel, ts: absentTs, text: 'conformance' },
  },
  invalid_trigger_id: {
    purpose: 'views',
    method: 'views.open',
    args: {
      trigger_id: '1.1.conformance',
      view: {
        type: 'modal',
        title: { type: 'plain_text', text: 'Conformance' },
        blocks: [{ type: 'section', text: { type: 'plain_text', text: 'None' } }],
      },
    },
  },
  user_not_found: { purpose: 'users', method: 'users.info', args: { user: absentUser } },
};

export const slackChecks: readonly SlackCheck[] = [
  {
    id: 'slack-identity',
    needs: 'slack',
    question: 'Does auth.test answer in the form that the start of the bot reads?',
    observedBy: 'auth.test',
    bet: 'user_id, bot_id and team_id, and the granted scopes in x-oauth-scopes.',
    observe: async ({ api }) => {
      const answer = identity.safeParse(await api.call('identity', 'auth.test', {}, 'identify'));
      if (!answer.success) {
        return differs(
          `fields: ${answer.error.issues.map(({ path }) => path.join('.')).join(', ')}`,
        );
      }
      const count = answer.data.response_metadata.scopes.length;
      return count > 0 ? held(`${count} scopes`) : differs('no scopes in the answer');
    },
  },
  {
    id: 'slack-scopes',
    needs: 'slack',
    question: 'Has the installed app the scopes of manifests/slack-app.yaml?',
    observedBy: 'x-oauth-scopes of auth.test',
    bet: 'Every scope that the manifest requires is granted.',
    observe: async ({ api }) => {
      const answer = identity.safeParse(await api.call('identity', 'auth.test', {}, 'identify'));
      const granted = answer.data?.response_metadata.scopes ?? [];
      const { required, optional } = readAppScopes([]);
      const missing = required.filter((scope) => !granted.includes(scope));
      const without = optional.filter((scope) => !granted.includes(scope));
      const seen = `missing: ${missing.join(', ') || 'none'}; optional and missing: ${without.join(', ') || 'none'}`;
      return missing.length === 0 ? held(seen) : differs(seen);
    },
  },
  ...Object.entries(refusals).map(([code, refusal]): SlackCheck => ({
    id: `slack-${code.replaceAll('_', '-')}`,
    needs: 'slack',
    question: `How does Slack refuse ${refusal.method} on something that does not exist?`,
    observedBy: refusal.method,
    bet: `Status 200 with ok: false and the error ${code}.`,
    observe: (slack) => observeRefusal(slack, refusal, [code]),
  })),
  {
    id: 'slack-message-not-found',
    needs: 'slack',
    question: 'How does Slack refuse an edit of a message that does not exist?',
    observedBy: 'chat.update in the channel of --channel with a timestamp of 2001',
    bet: 'The error message_not_found, after which the bot posts anew.',
    observe: (slack) =>
      inChannel(slack, (channel) => ({ channel, ts: absentTs, text: 'conformance' }), [
        'message_not_found',
      ]),
  },
  {
    id: 'slack-block-limit',
    needs: 'slack',
    question: 'Does Slack refuse 51 blocks, as published?',
    observedBy: 'chat.update with 51 blocks on a message that does not exist',
    bet: 'The error invalid_blocks; message_not_found where the message is looked up first.',
    observe: (slack) => {
      const block = { type: 'divider' };
      const blocks = Array.from({ length: 51 }, () => block);
      const args = (channel: string) => ({ channel, ts: absentTs, text: 'conformance', blocks });
      return inChannel(slack, args, ['invalid_blocks', 'message_not_found']);
    },
  },
  {
    id: 'slack-text-limit',
    needs: 'slack',
    question: 'Does Slack refuse a section text of 3001 characters, as published?',
    observedBy: 'chat.update with such a section on a message that does not exist',
    bet: 'The error invalid_blocks; message_not_found where the message is looked up first.',
    observe: (slack) => {
      const text = { type: 'mrkdwn', text: 'x'.repeat(3_001) };
      const blocks = [{ type: 'section', text }];
      const args = (channel: string) => ({ channel, ts: absentTs, text: 'conformance', blocks });
      return inChannel(slack, args, ['invalid_blocks', 'message_not_found']);
    },
  },
];

async function inChannel(
  slack: SlackUnderTest,
  args: (channel: string) => object,
  codes: readonly string[],
) {
  if (slack.channel === undefined) {
    return notObserved('No channel was given: --channel ID of one that the bot is in.');
  }
  const call = { purpose: 'update', method: 'chat.update', args: args(slack.channel) } as const;
  return observeRefusal(slack, call, codes);
}

async function observeRefusal(
  { api }: SlackUnderTest,
  { purpose, method, args }: Refusal,
  codes: readonly string[],
) {
  try {
    await api.call(purpose, method, args, 'be refused');
    return differs('Slack took the call');
  } catch (error) {
    if (!(error instanceof LlmgwError)) throw error;
    const { code, details } = toFault(error);
    const said = details?.['slack'];
    if (typeof said !== 'string') return notObserved(`Slack gave no code (${code}).`);
    const seen = `${said}, read as ${code}`;
    return codes.includes(said) ? held(seen) : differs(seen);
  }
}
