// Command line of the sandbox: options, defaults, validation.
import { resolve } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { parseArgs } from 'node:util';
import { entryOf } from './processes/bot.ts';
import { type AppManifest, readManifest } from './slack/app-manifest.ts';

export interface Settings {
  readonly port: number;
  readonly speed: number;
  /** Kept between starts when given; otherwise a temporary folder, deleted with the sandbox. */
  readonly stateFolder: string | undefined;
  readonly headless: boolean;
  readonly slackMode: 'http' | 'socket';
  /** Factor of Slack's published rate limits for the app. */
  readonly slackLimits: number;
  /** Folder of a bot other than this checkout's. */
  readonly botFolder: string | undefined;
  /** Manifests of further apps. */
  readonly apps: readonly AppManifest[];
}

export const defaultPort = 4400;

export const usage = `npm run sandbox -- [options]
  --port N         port of the page and the APIs (default ${defaultPort})
  --state DIR      keep all state, Redis data and logs in this folder between starts
  --speed X        speed factor of the cloud's clock (default 60)
  --socket         use Socket Mode instead of signed HTTP
  --slack-limits X multiple of Slack's published rate limits (default 1)
  --bot DIR        run the bot of this folder: another checkout, or a build
  --bundle         run the build of this checkout (npm run build)
  --app MANIFEST   also install the app of this manifest (JSON or YAML; repeatable)
  --headless       print only the lines for scripts
  --help           show this text`;

/** @throws Error with one sentence and the usage text. */
export function readSettings(args: readonly string[]): Settings | 'help' {
  const values = parse(args);
  if (values.help) return 'help';
  return {
    port: number('--port', values.port, 0, 65_535),
    speed: number('--speed', values.speed, 0.1, 100_000),
    stateFolder: values.state,
    headless: values.headless,
    slackLimits: number('--slack-limits', values['slack-limits'], 1, 10_000),
    slackMode: values.socket ? 'socket' : 'http',
    apps: values.app.map(appManifest),
    botFolder: values.bundle ? builtBot() : botFolder(values.bot),
  };
}

function parse(args: readonly string[]) {
  try {
    return parseArgs({
      args: [...args],
      options: {
        port: { type: 'string', default: String(defaultPort) },
        speed: { type: 'string', default: '60' },
        state: { type: 'string' },
        socket: { type: 'boolean', default: false },
        bot: { type: 'string' },
        app: { type: 'string', multiple: true, default: [] },
        bundle: { type: 'boolean', default: false },
        'slack-limits': { type: 'string', default: '1' },
        headless: { type: 'boolean', default: false },
        help: { type: 'boolean', default: false },
      },
    }).values;
  } catch (error) {
    throw new Error(`${error instanceof Error ? error.message : String(error)}\n\n${usage}`, {
      cause: error,
    });
  }
}

function builtBot(): string {
  const folder = fileURLToPath(new URL('../dist', import.meta.url));
  if (entryOf(folder) !== undefined) return folder;
  throw new Error('--bundle needs a build: run `npm run build` first.');
}

function appManifest(path: string): AppManifest {
  try {
    return readManifest(pathToFileURL(path));
  } catch (error) {
    const said = error instanceof Error ? error.message : String(error);
    throw new Error(`--app ${path}: ${said}`, { cause: error });
  }
}

function botFolder(folder: string | undefined): string | undefined {
  if (folder === undefined) return undefined;
  if (entryOf(folder) !== undefined) return resolve(folder);
  throw new Error(
    `--bot must name a checkout or a build (src/main.ts or main.mjs), not "${folder}".\n\n${usage}`,
  );
}

function number(name: string, text: string, least: number, most: number): number {
  const value = Number(text);
  if (text.trim() === '' || !(value >= least && value <= most)) {
    throw new Error(
      `${name} must be a number from ${least} to ${most}, not "${text}".\n\n${usage}`,
    );
  }
  return value;
}
