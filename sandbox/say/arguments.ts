// Command line of `say`.
import { parseArgs } from 'node:util';

export interface SayArguments {
  readonly url: string;
  readonly as: string;
  readonly channel: string;
  /** Undefined when only an action or a submission is requested. */
  readonly text: string | undefined;
  readonly threadTs: string | undefined;
  /** The person's own message that becomes TEXT. */
  readonly edit?: string | undefined;
  /** Names of files attached to the message. */
  readonly attach?: readonly string[] | undefined;
  /** Timestamp of a forwarded message. */
  readonly forward?: string | undefined;
  /** The reply is also sent to the channel. */
  readonly broadcast?: boolean | undefined;
  readonly wait: boolean;
  readonly json: boolean;
  /** Click the primary button of a question, and confirm dialogs. */
  readonly confirm: boolean;
  readonly clicks: readonly string[];
  /** A shortcut by name or id, and the message of its menu. */
  readonly shortcut: { readonly name: string; readonly on: string | undefined } | undefined;
  readonly submit: Readonly<Record<string, string>> | undefined;
  readonly timeoutMs: number;
}

const DEFAULT_URL = 'http://127.0.0.1:4400';
const DEFAULT_TIMEOUT_S = 300;

export const USAGE = `Types into the sandbox's Slack as a person and prints the reply.

  npm run -s say -- [options] "TEXT"

  "/llmgw status"        a slash command; anything else is a message (write @llmgw to mention the bot)
  --as PERSON            olivia (operator, default), alice, bob (developers), nadia (onlooker)
  --in CHANNEL           #llm-gateway (default), #general, #random, @llmgw (direct message), @APP
  --thread TS            reply in this thread
  --broadcast            also send the reply to the channel (with --thread)
  --edit TS              change your own message to TEXT
  --attach NAME          attach a file with this name (repeatable)
  --forward TS           forward this message with yours
  --wait                 wait for the outcome; answers a question with its primary button
  --no-confirm           do not answer questions and confirmation dialogs
  --shortcut NAME        use a shortcut, such as "Ask the gateway", on TEXT if given,
                         otherwise on the newest message of the channel
  --on TS                use the shortcut on this message
  --click LABEL          select the newest button with this label (repeatable)
  --submit NAME=VALUE    fill in and submit the open modal (label, action id or block id; repeatable)
  --json                 print messages and modals as JSON
  --timeout SECONDS      stop waiting after this time (default ${DEFAULT_TIMEOUT_S})
  --url URL              address of the sandbox (default LLMGW_SANDBOX_URL or ${DEFAULT_URL})

Exit code: 0 on success, 1 when the bot reports a failure or a refusal, 2 for a usage error.`;

/** The error in the command line, as a sentence. */
export class UsageError extends Error {}

/** @throws UsageError */
export function readArguments(
  argv: readonly string[],
  env: Readonly<Record<string, string | undefined>>,
): SayArguments | 'help' {
  const { values, positionals } = parse(argv);
  if (values.help === true) return 'help';
  const text = positionals.join(' ').trim();
  const clicks = values.click ?? [];
  const submit = values.submit === undefined ? undefined : pairs(values.submit);
  const shortcut =
    values.shortcut === undefined ? undefined : { name: values.shortcut, on: values.on };
  const hasAttachment = values.attach !== undefined || values.forward !== undefined;
  const acts = clicks.length > 0 || submit !== undefined || shortcut !== undefined;
  if (text === '' && !acts && !hasAttachment) {
    throw new UsageError('Nothing to do. Add a text, --shortcut, --click or --submit.');
  }
  if (values.edit !== undefined && (text === '' || hasAttachment)) {
    throw new UsageError('--edit needs the new text and no attachment.');
  }
  if (values.broadcast === true && values.thread === undefined) {
    throw new UsageError('--broadcast needs --thread.');
  }
  if (values.on !== undefined && shortcut === undefined) {
    throw new UsageError('--on needs --shortcut.');
  }
  const seconds = Number(values.timeout ?? DEFAULT_TIMEOUT_S);
  if (!(seconds > 0)) throw new UsageError('--timeout needs a number of seconds.');
  return {
    url: (values.url ?? env['LLMGW_SANDBOX_URL'] ?? DEFAULT_URL).replace(/\/$/, ''),
    as: values.as ?? 'olivia',
    channel: values.in ?? '#llm-gateway',
    text: text === '' && !hasAttachment ? undefined : text,
    threadTs: values.thread,
    edit: values.edit,
    attach: values.attach,
    forward: values.forward,
    broadcast: values.broadcast,
    wait: values.wait === true,
    json: values.json === true,
    confirm: values['no-confirm'] !== true,
    clicks,
    shortcut,
    submit,
    timeoutMs: seconds * 1000,
  };
}

function parse(argv: readonly string[]) {
  try {
    return parseArgs({
      args: [...argv],
      allowPositionals: true,
      options: {
        url: { type: 'string' },
        as: { type: 'string' },
        in: { type: 'string' },
        thread: { type: 'string' },
        edit: { type: 'string' },
        attach: { type: 'string', multiple: true },
        forward: { type: 'string' },
        broadcast: { type: 'boolean' },
        wait: { type: 'boolean' },
        json: { type: 'boolean' },
        'no-confirm': { type: 'boolean' },
        shortcut: { type: 'string' },
        on: { type: 'string' },
        click: { type: 'string', multiple: true },
        submit: { type: 'string', multiple: true },
        timeout: { type: 'string' },
        help: { type: 'boolean', short: 'h' },
      },
    });
  } catch (error) {
    throw new UsageError(error instanceof Error ? error.message : String(error));
  }
}

function pairs(given: readonly string[]): Record<string, string> {
  return Object.fromEntries(
    given.map((each) => {
      const at = each.indexOf('=');
      if (at < 1) throw new UsageError(`--submit needs NAME=VALUE, not "${each}".`);
      return [each.slice(0, at).trim(), each.slice(at + 1)];
    }),
  );
}
