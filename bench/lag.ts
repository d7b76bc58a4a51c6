// Longest event loop lag of the bot, for two jobs of each kind.
import { startTestSandbox, type TestSandbox } from '../test/support/sandbox.ts';

export interface LagPhase {
  readonly name: string;
  readonly firstMs: number;
  readonly secondMs: number;
}

const commands: readonly (readonly [text: string, as?: string])[] = [
  ['/llmgw plan'],
  ['/llmgw provision --yes'],
  ['/llmgw doctor'],
  ['/llmgw status'],
  ['/llmgw key', 'alice'],
  ['/llmgw ask Say one word', 'alice'],
  ['/llmgw audit --export csv'],
  ['/llmgw teardown default'],
];

/** One bot, from its start: the figure includes modules that a job loads first. */
export async function lagRow(tell: (text: string) => void): Promise<LagPhase[]> {
  const sandbox = await startTestSandbox({ speed: 600 });
  try {
    const phases: LagPhase[] = [];
    for (const [text, as] of commands) {
      tell(`lag: ${text}`);
      const say = (): Promise<unknown> => said(sandbox, text, as);
      phases.push({
        name: text,
        firstMs: await lagDuring(sandbox, say),
        secondMs: await lagDuring(sandbox, say),
      });
      if (text.startsWith('/llmgw ask')) phases.push(await pictureLag(sandbox, tell));
    }
    return phases;
  } finally {
    await sandbox.stop();
  }
}

/** Apigee's statistics lag behind the requests, and the usage picture needs them. */
async function pictureLag(sandbox: TestSandbox, tell: (text: string) => void): Promise<LagPhase> {
  tell('lag: /llmgw quota, until its picture comes');
  const ask = (): Promise<string> => said(sandbox, '/llmgw quota', 'alice');
  for (;;) {
    let text = '';
    const firstMs = await lagDuring(sandbox, async () => (text = await ask()));
    if (!text.includes('(image:')) continue;
    const secondMs = await lagDuring(sandbox, ask);
    return { name: '/llmgw quota, with its picture', firstMs, secondMs };
  }
}

async function said(sandbox: TestSandbox, text: string, as?: string): Promise<string> {
  const options = as === undefined ? { wait: true } : { wait: true, as };
  return (await sandbox.say(text, options)).text;
}

async function lagDuring(sandbox: TestSandbox, work: () => Promise<unknown>): Promise<number> {
  await longestStop(sandbox);
  await work();
  return longestStop(sandbox);
}

/** Since the last read: a scrape of the bot's metrics resets its monitorEventLoopDelay. */
async function longestStop({ environment }: TestSandbox): Promise<number> {
  const response = await fetch(`http://127.0.0.1:${environment['HEALTH_PORT'] ?? ''}/metrics`);
  const found = /^nodejs_eventloop_lag_max_seconds (\S+)$/m.exec(await response.text());
  if (found === null) throw new Error('The bot shows no nodejs_eventloop_lag_max_seconds');
  return Math.round(Number(found[1]) * 1000);
}

export function lagReport(phases: readonly LagPhase[]): string {
  const rows = phases.map(
    ({ name, firstMs, secondMs }) => `| ${name} | ${firstMs} | ${secondMs} |`,
  );
  return `## Longest stop of the event loop, ms

| command | first | second |
| --- | --- | --- |
${rows.join('\n')}
`;
}
