// Arguments of `npm run conformance`.
import { parseArgs } from 'node:util';
import { closest } from 'fastest-levenshtein';

export const usage = `npm run conformance -- [--project P] [options]

Compares the real Google Cloud project P, and the Slack workspace of SLACK_BOT_TOKEN, with the
sandbox. Reads only, unless --gateway is given. Variables are those of the bot (.env).

  --project P    Google Cloud project to read; left out: Slack alone
  --channel C    ID of a Slack channel that the bot is in, for refused edits
  --gateway      also creates one throw-away gateway, asks it, and removes it; asks for the project ID first
  --remove       removes a throw-away gateway that an earlier run left; asks for the project ID first
  --out DIR      folder of the report (default: conformance-report)
  --speed N      how much faster than life the project is; for a sandbox in its place (default 1)
  --help         shows this text`;

export interface Settings {
  readonly project: string | undefined;
  readonly channel: string | undefined;
  readonly gateway: boolean;
  readonly remove: boolean;
  readonly out: string;
  readonly speed: number;
}

const options = {
  project: { type: 'string' },
  channel: { type: 'string' },
  gateway: { type: 'boolean', default: false },
  remove: { type: 'boolean', default: false },
  out: { type: 'string', default: 'conformance-report' },
  speed: { type: 'string', default: '1' },
  help: { type: 'boolean', default: false },
} as const;

/** An invalid command line, described in a sentence. */
export class UsageError extends Error {}

/** @throws UsageError */
export function readArguments(
  given: readonly string[],
  env: Readonly<Record<string, string | undefined>>,
): Settings | 'help' {
  const { values, positionals, tokens } = parseArgs({
    args: [...given],
    options,
    strict: false,
    allowPositionals: true,
    tokens: true,
  });
  for (const token of tokens) {
    if (token.kind === 'option' && !Object.hasOwn(options, token.name)) {
      const near = closest(token.name, Object.keys(options));
      throw new UsageError(`Unknown option ${token.rawName}. Did you mean --${near}?`);
    }
    const isText = token.kind === 'option' && optionType(token.name) === 'string';
    if (isText && (token.value === undefined || token.value.startsWith('--'))) {
      throw new UsageError(`${token.rawName} needs a value.`);
    }
    const isFlag = token.kind === 'option' && optionType(token.name) === 'boolean';
    if (isFlag && token.value !== undefined) {
      throw new UsageError(`${token.rawName} takes no value.`);
    }
  }
  if (values.help === true) return 'help';
  const [extra] = positionals;
  if (extra !== undefined) throw new UsageError(`Unknown argument ${extra}.`);
  const text = (value: string | boolean | undefined): string | undefined =>
    typeof value === 'string' && value !== '' ? value : undefined;
  const settings = {
    project: text(values.project),
    channel: text(values.channel),
    gateway: values.gateway === true,
    remove: values.remove === true,
    out: text(values.out) ?? options.out.default,
    speed: Number(values.speed),
  };
  requireSound(settings, env);
  return settings;
}

const optionType = (name: string): string => options[name as keyof typeof options].type;

function requireSound(
  { project, channel, gateway, remove, speed }: Settings,
  env: Readonly<Record<string, string | undefined>>,
): void {
  const hasSlack = (env['SLACK_BOT_TOKEN'] ?? '') !== '';
  if (project === undefined && !hasSlack) {
    throw new UsageError(
      'Nothing to check: give --project P for Google Cloud, or set SLACK_BOT_TOKEN for Slack.',
    );
  }
  if (
    project !== undefined &&
    !/^([a-z][a-z0-9.-]*:)?[a-z][a-z0-9-]{3,61}[a-z0-9]$/.test(project)
  ) {
    throw new UsageError(`${project} is no project ID: use the ID, not the name or the number.`);
  }
  if (project === undefined && (gateway || remove)) {
    throw new UsageError(`--${gateway ? 'gateway' : 'remove'} needs --project P.`);
  }
  if (gateway && remove) throw new UsageError('Use either --gateway or --remove.');
  if (channel !== undefined && !/^[CGD][A-Z0-9]{2,}$/.test(channel)) {
    throw new UsageError(`${channel} is no channel ID (C…): copy it from the channel's details.`);
  }
  if (channel !== undefined && !hasSlack) {
    throw new UsageError('--channel needs SLACK_BOT_TOKEN.');
  }
  if (gateway && (env['HF_TOKEN'] ?? '') === '') {
    throw new UsageError('--gateway needs HF_TOKEN, which pulls the model.');
  }
  if (!(speed >= 1)) throw new UsageError('--speed must be a number of at least 1.');
}
