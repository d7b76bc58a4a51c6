// Entry point of the sandbox: start, address, clean stop.
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { readSettings, type Settings, usage } from './settings.ts';
import { createSandbox, type Sandbox } from './sandbox.ts';

const say = (line: string): void => void process.stdout.write(`${line}\n`);

try {
  const settings = readSettings(process.argv.slice(2));
  if (settings === 'help') say(usage);
  else await run(settings);
} catch (error) {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exit(1);
}

async function run(settings: Settings): Promise<void> {
  const directory =
    settings.stateFolder === undefined
      ? mkdtempSync(join(tmpdir(), 'llmgw-sandbox-'))
      : resolve(settings.stateFolder);
  mkdirSync(directory, { recursive: true });
  const { botFolder, ...others } = settings;
  const bot = botFolder === undefined ? undefined : { directory: botFolder };
  const sandbox = createSandbox({ ...others, bot, directory, say });
  let stopping = false;
  const stop = async (exitCode = 0): Promise<void> => {
    // A second Ctrl-C exits immediately.
    if (stopping) process.exit(130);
    stopping = true;
    await sandbox.stop();
    if (settings.stateFolder === undefined) rmSync(directory, { recursive: true, force: true });
    process.exit(exitCode);
  };
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
    process.on(signal, () => void stop());
  }
  // An error of the sandbox itself must not leave its child processes running.
  process.on('uncaughtException', (error) => {
    process.stderr.write(`The sandbox failed: ${error.stack ?? String(error)}\n`);
    void stop(1);
  });
  await sandbox.start().catch(async (error: unknown) => {
    // Ctrl-C during the start is not reported as an error.
    if (!stopping) {
      await sandbox.stop();
      throw error;
    }
  });
  if (stopping) return;
  say(`sandbox ready ${sandbox.url}`);
  for (const [name, file] of writeEnvironments(directory, sandbox)) say(`app ${name}: ${file}`);
  if (!settings.headless) {
    say('');
    say(`  Open ${sandbox.url} and type /llmgw provision in #llm-gateway,`);
    // `say` finds the default port without an option.
    const url = sandbox.url.endsWith(':4400') ? '' : `--url ${sandbox.url} `;
    say(`  or from another shell: npm run -s say -- ${url}--wait "/llmgw provision"`);
    say(`  The bot's log: ${join(directory, 'bot.log')}`);
    say('  Press Ctrl-C to stop everything.');
  }
}

/** One file per app, for `node --env-file` and `source`. @returns name and path of each. */
function writeEnvironments(directory: string, sandbox: Sandbox): [name: string, file: string][] {
  const apps = Object.entries(sandbox.services.appEnvironments());
  return apps.map(([name, variables]) => {
    const file = join(directory, `${name.toLowerCase().replaceAll(/[^a-z0-9]+/g, '-')}.env`);
    const lines = Object.entries(variables).map(([key, value]) => `${key}=${value}\n`);
    writeFileSync(file, lines.join(''), { mode: 0o600 });
    return [name, file];
  });
}
