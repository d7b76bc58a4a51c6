// One run of the kit: the real side, then the sandbox, then the report.
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Settings } from './arguments.ts';
import { compareSides } from './compare/compare.ts';
import type { GatewayUse, Order } from './recorder/messages.ts';
import { buildReport, type Report, renderReport } from './report.ts';
import { emptySide, runSide, type SideResult } from './run-side.ts';

/** The speed-up of the sandbox's cloud. */
const sandboxSpeed = 600;

export interface RunTools {
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly tell: (line: string) => void;
  readonly signal: AbortSignal;
}

export type RunEnd =
  /** Nothing was checked. */
  | { readonly state: 'refused'; readonly message: string }
  | { readonly state: 'removed'; readonly report: string }
  | { readonly state: 'written'; readonly report: Report; readonly files: readonly string[] };

export async function runKit(settings: Settings, tools: RunTools): Promise<RunEnd> {
  const { env, tell, signal } = tools;
  const realOrder = orderFor(settings, env);
  const real = await runSide(realOrder, {
    env,
    signal,
    onProgress: (text) => tell(`real: ${text}`),
  });
  if (settings.remove) return removalEnd(real);
  const isEmpty = real.recordings.length === 0 && real.findings.size === 0;
  if (real.refused !== undefined && isEmpty) return { state: 'refused', message: real.refused };
  // After Ctrl-C the report holds the real side alone.
  const sandbox = signal.aborted ? emptySide() : await runSandbox(realOrder, real, tools);
  const isWhole = real.isWhole && sandbox.isWhole && !signal.aborted;
  const differences = compareSides(real.recordings, sandbox.recordings, isWhole ? 'all' : 'shared');
  const report = buildReport({ real, sandbox, differences, order: realOrder, signal });
  const files = writeReport(settings.out, report);
  return { state: 'written', report, files };
}

function orderFor(
  { project, channel, gateway, remove, speed }: Settings,
  env: RunTools['env'],
): Order {
  const use: GatewayUse = remove ? 'remove' : gateway ? 'throw-away' : 'standing';
  return {
    side: 'real',
    projectId: project,
    gateway: project === undefined ? 'none' : use,
    withSlack: !remove && (env['SLACK_BOT_TOKEN'] ?? '') !== '',
    channel,
    speed,
    likeness: undefined,
  };
}

async function runSandbox(real: Order, seen: SideResult, tools: RunTools): Promise<SideResult> {
  const { env, tell, signal } = tools;
  const order: Order = {
    ...real,
    side: 'sandbox',
    gateway: real.gateway === 'standing' && !seen.isStanding ? 'none' : real.gateway,
    speed: sandboxSpeed,
    likeness: seen.likeness,
  };
  // Credentials of the person must not reach the sandbox, not even from a file in their home.
  const home = mkdtempSync(join(tmpdir(), 'llmgw-conformance-home-'));
  const { PATH, HELM_BIN } = env;
  try {
    return await runSide(order, {
      env: { PATH, HELM_BIN, HOME: home, CLOUDSDK_CONFIG: home },
      signal,
      onProgress: (text) => tell(`sandbox: ${text}`),
    });
  } finally {
    rmSync(home, { recursive: true, force: true });
  }
}

function removalEnd({ refused, findings }: SideResult): RunEnd {
  const finding = findings.get('gateway-teardown');
  if (finding?.verdict === 'held') return { state: 'removed', report: finding.seen };
  return { state: 'refused', message: refused ?? finding?.seen ?? 'The removal was stopped.' };
}

function writeReport(folder: string, report: Report): string[] {
  mkdirSync(folder, { recursive: true });
  const files = [join(folder, 'report.md'), join(folder, 'recordings.json')] as const;
  writeFileSync(files[0], renderReport(report));
  writeFileSync(files[1], `${JSON.stringify(report, undefined, 2)}\n`);
  return [...files];
}
