// Entry of `npm run conformance`: real services compared with the sandbox, and a report.
import { readArguments, type Settings, UsageError, usage } from './arguments.ts';
import { confirm } from './confirm.ts';
import { throwAway } from './recorder/environment.ts';
import { runKit } from './run.ts';

const out = (line: string): void => void process.stdout.write(`${line}\n`);
/** A run takes minutes: its progress goes to stderr. */
const tell = (line: string): void => void process.stderr.write(`${line}\n`);

process.exitCode = await main();

async function main(): Promise<number> {
  try {
    const settings = readArguments(process.argv.slice(2), process.env);
    if (settings === 'help') {
      out(usage);
      return 0;
    }
    if (!(await isConfirmed(settings))) return 1;
    return await run(settings);
  } catch (error) {
    if (!(error instanceof UsageError)) throw error;
    tell(`${error.message}\nnpm run conformance -- --help shows all options.`);
    return 1;
  }
}

async function isConfirmed({ project = '', gateway, remove }: Settings): Promise<boolean> {
  if (!gateway && !remove) return true;
  const question = gateway
    ? `This creates a billable gateway in ${project} (cluster ${throwAway.clusterName}), for about an hour, and removes it.\nType the project ID to continue: `
    : `This removes the gateway ${throwAway.name} (cluster ${throwAway.clusterName}) of ${project}.\nType the project ID to continue: `;
  const streams = { input: process.stdin, output: process.stderr };
  if (await confirm(question, project, streams)) return true;
  tell('\nThat is not the project ID. Nothing was changed.');
  return false;
}

async function run(settings: Settings): Promise<number> {
  const stopped = new AbortController();
  const { gateway } = settings;
  process.on('SIGINT', () => {
    if (stopped.signal.aborted) return;
    const rest = gateway ? ', and the throw-away gateway is removed first: this takes minutes' : '';
    tell(`Stopping; what was recorded is written${rest}.`);
    stopped.abort();
  });
  process.on('SIGTERM', () => stopped.abort());
  const end = await runKit(settings, { env: process.env, tell, signal: stopped.signal });
  if (end.state === 'refused') {
    tell(end.message);
    return 1;
  }
  if (end.state === 'removed') {
    out(`The gateway ${throwAway.name} is removed: ${end.report}.`);
    return 0;
  }
  const { report, files } = end;
  for (const { id, verdict, seen } of report.checks) out(`${verdict.padEnd(12)} ${id}: ${seen}`);
  const settled = report.differences.filter(({ isPassing }) => !isPassing);
  out(`\n${settled.length} differences between the real services and the sandbox.`);
  if (report.incomplete !== undefined) out(report.incomplete);
  out(`Report: ${files.join(', ')}`);
  if (stopped.signal.aborted) return 130;
  return report.incomplete === undefined ? 0 : 1;
}
