// Conformance kit run by a simulated person, with a sandbox for the real services.
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { execa } from 'execa';
import type { Report } from '../../../setup/conformance/report.ts';
import { startTestSandbox, type TestSandbox } from '../../support/sandbox.ts';

const entry = fileURLToPath(new URL('../../../setup/conformance/main.ts', import.meta.url));

export interface KitRun {
  readonly exitCode: number;
  readonly stdout: string;
  readonly stderr: string;
  /** The written report; empty without one. */
  readonly markdown: string;
  readonly json: string;
  readonly report: Report;
}

export interface KitOptions {
  readonly args?: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
  readonly typed?: string;
  /** Sends Ctrl-C once the progress shows this. */
  readonly interruptAt?: string;
}

export async function runKit(
  environment: Readonly<Record<string, string>>,
  { args = [], env = {}, typed = '', interruptAt }: KitOptions = {},
): Promise<KitRun> {
  const folder = mkdtempSync(join(tmpdir(), 'llmgw-kit-'));
  try {
    const { PATH = '' } = process.env;
    const running = execa(process.execPath, [entry, '--out', folder, ...args], {
      // None of the machine's own credentials.
      extendEnv: false,
      env: { PATH, HOME: folder, ...environment, ...env },
      input: typed,
      reject: false,
    });
    let shown = '';
    running.stderr.on('data', (chunk: Buffer) => {
      const before = shown;
      shown += chunk.toString();
      const isNews = interruptAt !== undefined && !before.includes(interruptAt);
      if (isNews && shown.includes(interruptAt)) running.kill('SIGINT');
    });
    const { exitCode = -1, stdout, stderr } = await running;
    const read = (name: string): string => {
      try {
        return readFileSync(join(folder, name), 'utf8');
      } catch {
        return '';
      }
    };
    const json = read('recordings.json');
    const report = (json === '' ? {} : JSON.parse(json)) as Report;
    return { exitCode, stdout, stderr, markdown: read('report.md'), json, report };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** A sandbox without the bot, whose project has the GKE API enabled. */
export async function startRealWorld(): Promise<TestSandbox> {
  const world = await startTestSandbox({ withBot: false });
  const { projects } = world.context.state<GoogleProjects>('google', () => ({ projects: {} }));
  projects['llm-demo']?.enabledServices.push('container.googleapis.com');
  return world;
}

interface GoogleProjects {
  readonly projects: Record<string, { readonly enabledServices: string[] }>;
}

export const verdictOf = ({ report }: KitRun, id: string): string | undefined =>
  report.checks.find((check) => check.id === id)?.verdict;

/** Differences that are settled, as `service call: at`. */
export const differencesOf = ({ report }: KitRun): string[] =>
  report.differences
    .filter(({ isPassing }) => !isPassing)
    .map(
      ({ service, call, at, real, sandbox }) => `${service} ${call}: ${at}: ${real} / ${sandbox}`,
    );
