// Entry of `npm run bench`: runs the requested rows and prints ratios as Markdown.
import { cpus, loadavg } from 'node:os';
import { parseArgs } from 'node:util';
import { ackRow } from './ack.ts';
import { ackReport } from './ack-report.ts';
import { askRound } from './ask.ts';
import { askReport } from './ask-report.ts';
import { type CancelRound, cancelRound } from './cancel.ts';
import { lagReport, lagRow } from './lag.ts';
import { type ProvisionRound, provisionRound } from './provision.ts';
import { cancelReport, provisionReport, resumeReport } from './report.ts';
import { type ResumeRound, resumeRound } from './resume.ts';
import { startReport, startRow } from './start.ts';

const usage = `npm run bench -- [provision] [resume] [cancel] [ack] [ask] [lag] [start] [options]      (all rows when none is named)
  --rounds N       rounds of each row (default 3)
  --speed X        how much faster than life the cloud is while provisioning is measured (default 30)
  --kills N        kills in one round of resume (default 5)
  --asks N         questions and direct requests of ask (default 200)
  --crowd N        questions at once of ask (default 500)
  --seed N         of the moments at which the bot is killed or its run cancelled (default 1)
  --help           show this text`;

const rows = ['provision', 'resume', 'cancel', 'ack', 'ask', 'lag', 'start'] as const;
const out = (text: string): void => void process.stdout.write(`${text}\n`);
/** Rounds take minutes: progress goes to stderr, so that stdout holds the report alone. */
const tell = (text: string): void => void process.stderr.write(`${text}\n`);

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    rounds: { type: 'string', default: '3' },
    speed: { type: 'string', default: '30' },
    kills: { type: 'string', default: '5' },
    asks: { type: 'string', default: '200' },
    crowd: { type: 'string', default: '500' },
    seed: { type: 'string', default: '1' },
    help: { type: 'boolean', default: false },
  },
});
const unknown = positionals.filter((row) => !rows.some((known) => known === row));
if (values.help || unknown.length > 0) {
  out(usage);
  process.exit(unknown.length > 0 ? 1 : 0);
}
await run(positionals.length === 0 ? rows : positionals);
process.exit(0);

async function run(desired: readonly string[]): Promise<void> {
  const rounds = Number(values.rounds);
  out(`Node ${process.versions.node}, ${cpus().length} CPUs, load ${loadavg()[0]?.toFixed(1)}\n`);
  if (desired.includes('provision')) await provisionRow(rounds, Number(values.speed));
  if (desired.includes('resume')) await resumeRow(rounds, Number(values.kills));
  if (desired.includes('cancel')) await cancelRow(rounds);
  if (desired.includes('ack')) out(ackReport(await ackRow(rounds, tell)));
  if (desired.includes('ask')) await askRow(Number(values.asks), Number(values.crowd));
  if (desired.includes('lag')) out(lagReport(await lagRow(tell)));
  if (desired.includes('start')) out(startReport(await startRow(rounds, tell)));
}

async function provisionRow(rounds: number, speed: number): Promise<void> {
  const measured: ProvisionRound[] = [];
  for (let round = 1; round <= rounds; round += 1) {
    tell(`provision: round ${round} of ${rounds}`);
    measured.push(await provisionRound(speed));
  }
  out(provisionReport(measured, speed));
}

async function resumeRow(rounds: number, kills: number): Promise<void> {
  const random = seeded(Number(values.seed));
  const measured: ResumeRound[] = [];
  for (let round = 1; round <= rounds; round += 1) {
    tell(`resume: round ${round} of ${rounds}`);
    measured.push(await resumeRound({ speed: 300, kills, calmEvents: 20, random }));
  }
  out(resumeReport(measured));
}

async function cancelRow(rounds: number): Promise<void> {
  const random = seeded(Number(values.seed));
  const speed = 60;
  const measured: CancelRound[] = [];
  for (let round = 1; round <= rounds; round += 1) {
    tell(`cancel: round ${round} of ${rounds}`);
    measured.push(await cancelRound(speed, random));
  }
  out(cancelReport(measured, speed));
}

async function askRow(pairs: number, crowd: number): Promise<void> {
  out(askReport(await askRound({ pairs, crowd, tell })));
}

/** Park and Miller's generator: the same seed gives the same times. */
function seeded(seed: number): () => number {
  let state = Math.max(1, seed % 2_147_483_647);
  return () => {
    state = (state * 48_271) % 2_147_483_647;
    return state / 2_147_483_647;
  };
}
