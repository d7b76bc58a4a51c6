// File uploads: recipients, unchanged bytes and masked secrets in text.
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { boltLog } from '../../src/slack/send/bolt-log.ts';
import { createSlackApi, type SlackApi } from '../../src/slack/send/clients.ts';
import { uploadFile } from '../../src/slack/send/upload-file.ts';
import { quiet } from '../support/engine.ts';
import { botToken, openWorkspace, type TestWorkspace } from './open-workspace.ts';

let workspace: TestWorkspace;
let api: SlackApi;
beforeAll(async () => {
  workspace = await openWorkspace();
  api = createSlackApi({
    token: botToken,
    apiUrl: `${workspace.sandboxUrl}/slack/api/`,
    logger: boltLog(quiet),
  });
});
afterAll(() => workspace?.close());

const filesSeen = async (as: string, channel: string) =>
  (await workspace.screen(as, channel)).messages.flatMap(({ files }) => files ?? []);

describe('a file upload', () => {
  it('shares a text file in a channel with its secrets masked', async () => {
    workspace.redactor.register('consumer-key-of-alice');
    const text = 'asked with consumer-key-of-alice, twice';
    await uploadFile(
      { api, redactor: workspace.redactor },
      { name: 'audit.csv', title: 'The audit', content: text },
      { channel: 'C0GATEWAY', comment: 'Here it is' },
    );
    const [file] = await filesSeen('U0OLIVIA', 'C0GATEWAY');
    expect(file?.content).toMatch(/^asked with .+, twice$/);
    expect(file?.content).not.toContain('consumer-key-of-alice');
  });

  it('sends a file to one person with its bytes unchanged', async () => {
    const picture = Uint8Array.from({ length: 256 }, (_, index) => index);
    const id = await uploadFile(
      { api, redactor: workspace.redactor },
      { name: 'usage.png', title: 'Usage', content: picture, altText: 'Nothing was used' },
      { channel: 'U0OLIVIA' },
    );
    const fetched = await fetch(`${workspace.sandboxUrl}/_sandbox/slack/files/${id}`);
    expect(new Uint8Array(await fetched.arrayBuffer())).toEqual(picture);
    expect((await filesSeen('U0ALICE', 'C0GATEWAY')).map((one) => one.id)).not.toContain(id);
  });

  it('fails with a named fault when Slack refuses the file', async () => {
    workspace.fault({
      operation: 'files.completeUploadExternal',
      action: { kind: 'status', status: 503, headers: {} },
      times: 10,
    });
    await expect(
      uploadFile(
        { api, redactor: workspace.redactor },
        { name: 'a.txt', title: 'a', content: 'a' },
        { channel: 'C0GATEWAY' },
      ),
    ).rejects.toMatchObject({ fault: { kind: 'transient', code: 'unavailable' } });
  });
});
