// Key snippets, run against a server like a developer runs them.
import { execa } from 'execa';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { KeyReveal } from '../../../jobs/keys/notifier.ts';
import { snippetsOf } from '../../../jobs/keys/snippets-view.ts';
import { type ScriptedServer, json, startServer } from '../../clients/apigee/scripted-server.ts';

let server: ScriptedServer;
beforeEach(async () => {
  server = await startServer((_asked, response) =>
    json(response, 200, { choices: [{ index: 0, text: ' Because.', finish_reason: 'stop' }] }),
  );
});
afterEach(() => server.stop());

const reveal = (host?: string): KeyReveal => ({
  gateway: 'default',
  app: 'llmgw-default',
  consumerKey: 'ZqXk3mVh9TtYw2LrPn8s',
  endpoint: server.url,
  host,
  model: 'm',
  quota: '5 requests a minute',
  issuedAt: undefined,
  expiresAt: undefined,
  isNew: true,
});

async function run(name: string, host?: string): Promise<string> {
  const snippet = snippetsOf(reveal(host)).find((one) => one.name.startsWith(name));
  const { text } = snippet ?? expect.fail(`no ${name}`);
  const asModule = { input: text, cwd: import.meta.dirname } as const;
  const { stdout } =
    name === 'JavaScript'
      ? await execa(process.execPath, ['--input-type=module', '-'], asModule)
      : await execa('sh', ['-s'], asModule);
  return stdout;
}

test.each(['Try it', 'JavaScript'])(
  'the snippet "%s" sends the key and the host that Apigee needs',
  async (name) => {
    expect(await run(name, 'llm.example.com')).toContain('Because.');
    const [asked] = server.asked;
    const { port } = new URL(server.url);
    expect(asked).toMatchObject({ method: 'POST', url: '/v1/completions' });
    expect(asked?.headers).toMatchObject({
      host: `llm.example.com:${port}`,
      'x-api-key': 'ZqXk3mVh9TtYw2LrPn8s',
    });
  },
);

test.each(['Try it', 'JavaScript'])('the snippet "%s" omits an unknown host', async (name) => {
  expect(await run(name)).toContain('Because.');
  expect(server.asked[0]?.headers['host']).toBe(new URL(server.url).host);
});

test('the Python snippet sends the host as a header of every request', () => {
  const python = snippetsOf(reveal('llm.example.com')).find(({ name }) =>
    name.startsWith('Python'),
  );
  const { port } = new URL(server.url);
  expect(python?.text).toContain(
    `default_headers={"Host": "llm.example.com:${port}", "x-api-key": "ZqXk3mVh9TtYw2LrPn8s"},`,
  );
});
