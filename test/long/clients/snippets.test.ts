// Programs of the key modal, run unchanged by bash, Node and, if installed, Python.
import { mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { execa } from 'execa';
import OpenAI from 'openai';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { type TestSandbox, startTestSandbox } from '../../support/sandbox.ts';
import { type Asker, openAsker } from '../faults/asker.ts';

let sandbox: TestSandbox;
let asker: Asker;
let directory: string;
const modules = fileURLToPath(new URL('../../../node_modules', import.meta.url));
/** The model's answer to the question in all of them. */
const answer = 'Rayleigh scattering';

beforeAll(async () => {
  directory = mkdtempSync(join(tmpdir(), 'llmgw-snippets-'));
  symlinkSync(modules, join(directory, 'node_modules'));
  sandbox = await startTestSandbox();
  const up = await sandbox.say('/llmgw provision --quota 5000/minute --yes', { wait: true });
  expect(up.exitCode, up.text).toBe(0);
  asker = await openAsker(sandbox);
  await vi.waitFor(async () => expect(await asker.direct()).toMatch(/^200 /), { timeout: 60_000 });
  await vi.waitFor(async () => expect(await snippets()).toHaveProperty('Try it'), {
    timeout: 60_000,
  });
}, 240_000);
afterAll(async () => {
  await sandbox?.stop();
  rmSync(directory, { recursive: true, force: true });
});

/** The code blocks by name, as a person copies them out of the modal. */
async function snippets(): Promise<Readonly<Record<string, string>>> {
  const modal = (await asker.screen()).modals.at(-1);
  const text = (modal?.blocks ?? [])
    .map(({ text: inner }) => (typeof inner === 'object' ? inner.text : ''))
    .join('\n');
  const found = text.matchAll(/\*([^*\n]+)\*\n```\n([\s\S]*?)\n```/g);
  const plain = (code: string): string =>
    code.replaceAll('&lt;', '<').replaceAll('&gt;', '>').replaceAll('&amp;', '&');
  return Object.fromEntries(
    Array.from(found, ([, name = '', code = '']) => [name.split(',')[0] ?? name, plain(code)]),
  );
}

const snippet = async (name: string): Promise<string> =>
  (await snippets())[name] ?? expect.fail(`no ${name} in the window`);

test('the curl snippet runs in bash', async () => {
  const { stdout } = await execa('bash', ['-euc', await snippet('Try it')]);
  const { choices } = JSON.parse(stdout) as { choices: { text: string }[] };
  expect(choices[0]?.text).toContain(answer);
});

test('the JavaScript snippet runs in Node with the openai package', async () => {
  const file = join(directory, 'ask.mjs');
  writeFileSync(file, await snippet('JavaScript'));
  const { stdout } = await execa(process.execPath, [file]);
  expect(stdout).toContain(answer);
});

test('the Python snippet calls its client with arguments that the gateway answers', async () => {
  const code = await snippet('Python');
  const said = (pattern: RegExp): string =>
    JSON.parse(pattern.exec(code)?.[1] ?? expect.fail(String(pattern))) as string;
  const headers = JSON.parse(/default_headers=(\{.*\})/.exec(code)?.[1] ?? '') as Record<
    string,
    string
  >;
  const client = new OpenAI({
    baseURL: said(/base_url=("[^"]*")/),
    apiKey: said(/api_key=("[^"]*")/),
    defaultHeaders: headers,
    maxRetries: 0,
  });
  const completion = await client.completions.create({
    model: said(/model=("[^"]*")/),
    prompt: said(/prompt=("[^"]*")/),
    max_tokens: Number(/max_tokens=(\d+)/.exec(code)?.[1]),
  });
  expect(completion.choices[0]?.text).toContain(answer);
});

/** A substitute for Python's `openai`: records its arguments, sends them with Python's own HTTP. */
const standIn = `
import json, urllib.request
from types import SimpleNamespace
class OpenAI:
    def __init__(self, *, base_url, api_key, default_headers):
        self.base_url, self.completions = base_url, self
        self.headers = {"authorization": f"Bearer {api_key}", "content-type": "application/json", **default_headers}
    def create(self, **body):
        request = urllib.request.Request(f"{self.base_url}/completions", json.dumps(body).encode(), self.headers)
        with urllib.request.urlopen(request) as answer:
            return json.load(answer, object_hook=lambda fields: SimpleNamespace(**fields))
`;

test('the Python snippet runs in Python', async (context) => {
  const version = await execa('python3', ['--version'], { reject: false });
  if (version.failed) {
    process.stdout.write(
      'There is no python3 here: the test before this one alone holds its program.\n',
    );
    context.skip('there is no python3 here');
  }
  const installed = await execa('python3', ['-c', 'import openai'], { reject: false });
  if (installed.failed) writeFileSync(join(directory, 'openai.py'), standIn);
  const file = join(directory, 'ask.py');
  writeFileSync(file, await snippet('Python'));
  const { stdout } = await execa('python3', [file]);
  expect(stdout).toContain(answer);
});
