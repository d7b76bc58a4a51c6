// `key` command: issues, lists, rotates and revokes a person's keys.
import { type Guidance, guidance, slashCommand } from '../../src/kernel/guidance.ts';
import { commandCode } from '../../src/slack/messages/commands.ts';
import { parseDuration } from '../../src/kernel/duration.ts';
import type { keyPayload } from './payload.ts';
import type { z } from 'zod';
import { loadingKeyModal } from './view.ts';
import { fail } from '../../src/kernel/errors.ts';
import { chosenGateway, gatewayOption } from '../../src/slack/dispatch/gateway-choice.ts';
import { jobId } from '../../src/slack/dispatch/job-id.ts';
import { openJobModal } from '../../src/slack/dispatch/job-modal.ts';
import { nearest, type TypedCommand } from '../../src/slack/dispatch/parse-command.ts';
import { refusal } from '../../src/slack/dispatch/refusals.ts';
import { accepted, say } from '../../src/slack/messages/message.ts';
import { type Command, answersTo } from '../../src/slack/dispatch/command.ts';
import { typedWord } from '../../src/kernel/text.ts';
import { type Mrkdwn, mrkdwn, code, mention } from '../../src/slack/messages/mrkdwn.ts';
import { visibilityText } from '../../src/slack/dispatch/seen-by.ts';

const verbs = ['issue', 'list', 'rotate', 'revoke'] as const;
type Verb = (typeof verbs)[number];

export const key: Command = {
  name: 'key',
  summary: 'Get, list, rotate or revoke your API keys',
  example: 'key --app ci --expires 30d',
  usage:
    'key [issue | list | rotate [APP] | revoke [APP]] [@PERSON] [--app NAME] [--expires 30d] [--overlap 1h] [--gateway NAME]',
  help: 'Only you see your key, with a ready curl command. Operators can add @PERSON to act for someone else, and never see the key.',
  permission: 'anyone',
  isPublic: false,
  isPersonal: () => true,
  hasEffect: true,
  options: {
    gateway: gatewayOption,
    app: {
      kind: 'value',
      placeholder: 'NAME',
      help: 'one of your apps, such as `ci`; each has its own key and quota',
      pattern: /[A-Za-z0-9][A-Za-z0-9._ -]{0,80}/,
    },
    expires: {
      kind: 'value',
      placeholder: 'TIME',
      help: 'lifetime of a new key: `12h`, `30d` or `never`; to change it later, rotate the key',
      pattern: /[1-9]\d{0,4}[smhd]|never/,
    },
    overlap: {
      kind: 'value',
      placeholder: 'TIME',
      help: 'how long the old key keeps working, such as `10m` or `2d`; default `1h`',
      pattern: /[1-9]\d{0,4}[smhd]/,
    },
    yes: { kind: 'flag', help: 'revoke without confirmation' },
  },
  argument: { kind: 'words', max: 3 },
  run: async (call, ctx) => {
    const { by, delivery, triggerId, deadline, typed } = call;
    const gateway = chosenGateway(ctx, { ...typed, words: [] }, 'default');
    const job = jobId('key', delivery);
    const { verb, app, person } = readKeyArguments(typed);
    const owner = person ?? by.user;
    const verdict = person === undefined ? undefined : await ctx.permissions.may('operator', by);
    if (owner !== by.user) {
      if (verdict?.allowed === false) {
        const own = mrkdwn`For your own keys, run ${commandCode('key list', gateway.name)}.`;
        return { message: refusal(mrkdwn`${verdict.sentence} ${own}`, job) };
      }
    }
    // Only these can show a key.
    const opensModal =
      triggerId !== undefined && owner === by.user && verb !== 'list' && verb !== 'revoke';
    // The modal has no id before it is open; the job finds it under its own id.
    const to = { ...answersTo(call, job), ...(opensModal ? { viewId: job } : {}) };
    const payload: z.input<typeof keyPayload> = {
      gateway: gateway.name,
      action: verb,
      app,
      owner: owner === by.user ? undefined : owner,
      ...(verdict?.allowed === true ? { isByOperator: true } : {}),
      ...timesOf(typed),
      isConfirmed: typed.options['yes'] === true,
      to,
    };
    deadline.begin();
    await ctx.queues.enqueue('key', payload, job, by);
    const text = mrkdwn`${doing[verb]}${owner === by.user ? '' : mrkdwn` of ${mention(owner)}`} for ${code(gateway.name)}; ${visibilityText(to)}.`;
    return {
      message: say(text, { mark: accepted(job) }),
      ...(opensModal
        ? { after: () => openJobModal(ctx, triggerId, job, loadingKeyModal(job)), opens: true }
        : {}),
    };
  },
};

const doing: Readonly<Record<Verb, Mrkdwn>> = {
  issue: mrkdwn`Looking up the key`,
  list: mrkdwn`Looking up the keys`,
  rotate: mrkdwn`Rotating the key`,
  revoke: mrkdwn`Looking up the keys`,
};

interface KeyArguments {
  readonly verb: Verb;
  readonly app: string | undefined;
  readonly person: string | undefined;
}

const isVerb = (word: string): word is Verb => (verbs as readonly string[]).includes(word);
const isPerson = (word: string): boolean => word.startsWith('@');

/** @throws invalid/bad_words, with the usage. */
function readKeyArguments({ words, options }: TypedCommand): KeyArguments {
  const named = words.filter(isPerson);
  const [first = 'issue', ...rest] = words.filter((word) => !isPerson(word));
  const verb = first.toLowerCase();
  if (!isVerb(verb)) {
    const meant = nearest(verb, verbs);
    throw badWords(
      `Unknown subcommand ${typedWord(first)}. Use \`issue\`, \`list\`, \`rotate\` or \`revoke\`.`,
      meant === undefined ? undefined : guidance`Did you mean ${slashCommand(`key ${meant}`)}?`,
    );
  }
  const given = options['app'];
  const app = typeof given === 'string' ? given : rest[0];
  if (rest.length > 1 || (rest.length === 1 && typeof given === 'string') || named.length > 1) {
    throw badWords('Too many arguments: name at most one app and one person.');
  }
  const [person] = named;
  const id = person?.slice(1);
  if (id !== undefined && !/^[UW][A-Z0-9]{2,}$/.test(id)) {
    throw badWords(
      `Unknown person ${typedWord(person ?? '')}.`,
      'Pick the person from the list that Slack shows when you type @.',
    );
  }
  return { verb, app, person: id };
}

function badWords(
  problem: string,
  next: Guidance = guidance`Run ${slashCommand('help key')} for the usage.`,
) {
  return fail('invalid', 'bad_words', problem, { next });
}

/** Longest delay of a reminder, and longest useful lifetime. */
const longestMs = 3_650 * 86_400_000;

/** @throws invalid/bad_words for more than ten years. */
function timesOf({
  options,
}: TypedCommand): Pick<z.input<typeof keyPayload>, 'expiresInMs' | 'overlapMs'> {
  const ms = (name: string): number | undefined => {
    const text = options[name];
    if (typeof text !== 'string') return undefined;
    if (text === 'never') return -1;
    const time = parseDuration(text);
    if (time <= longestMs) return time;
    throw badWords(
      `${typedWord(`--${name} ${text}`)} is longer than ten years.`,
      name === 'expires' ? 'Use fewer days, or `--expires never`.' : 'Use fewer days.',
    );
  };
  return { expiresInMs: ms('expires'), overlapMs: ms('overlap') };
}
