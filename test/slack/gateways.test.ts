// Commands for several gateways, and options of runs that are accepted or refused.
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type TestWorkspace, markOf, openWorkspace } from './open-workspace.ts';

const by = { user: 'U0OLIVIA', channel: 'C0GATEWAY' };

let slack: TestWorkspace;
beforeAll(async () => {
  slack = await openWorkspace({ gateways: 'staging:\n  QUOTA: 20/minute\n' });
});
afterAll(() => slack.close());

const said = (words: string) => slack.sees((each) => each.text.includes(words));

describe('the gateway of a command', () => {
  test('a command that changes a gateway must name it when there are several', async () => {
    await slack.command('/llmgw provision --yes');
    const seen = await said('Several gateways are configured');
    expect(seen.text).toContain('/llmgw provision default.');
    expect(markOf(seen)).toMatch(/^llmgw\.outcome:refused:/);
  });

  test('a misspelt gateway is answered with a suggestion', async () => {
    await slack.command('/llmgw status stagin');
    expect((await said('Unknown gateway')).text).toContain('Did you mean staging?');
  });

  test('the suggestion for a misspelt command keeps the gateway', async () => {
    await slack.command('/llmgw statu staging');
    await said('Did you mean /llmgw status --gateway staging?');
    await slack.message('@llmgw quot --gateway Staging');
    await said('Did you mean /llmgw quota --gateway staging?');
    await slack.command('/llmgw ak --gateway staging Why?');
    await said('Did you mean /llmgw ask --gateway staging?');
  });

  test('a command that changes nothing uses the default gateway when it names none', async () => {
    await slack.command('/llmgw status');
    await said('Checking default');
  });

  test('a gateway can be named by argument or by option', async () => {
    await slack.command('/llmgw status staging');
    await said('Checking staging');
    await slack.command('/llmgw key --gateway staging');
    await said('the key for staging');
  });
});

describe('options of a run', () => {
  test.each([
    ['--nodes 0', '0 is not a valid --nodes COUNT'],
    ['--quota often', 'often is not a valid --quota LIMIT/WINDOW'],
    ['--machine-type n2-standard-2', 'needs at least 12 GiB'],
    ['--for 31d', 'must be at most 30 days'],
    ['--node 2', 'Did you mean --nodes?'],
  ])('%s is refused, and nothing is enqueued', async (options, words) => {
    await slack.command(`/llmgw provision staging ${options} --yes`);
    await said(words);
    const { queued } = await slack.queues.listJobs();
    expect(queued.filter(({ name }) => name === 'provision')).toEqual([]);
  });

  test('valid options are part of the input of the run on the named gateway', async () => {
    const typed = '--nodes 2 --quota 9/minute --for 8h --guarded --yes';
    await slack.command(`/llmgw provision staging ${typed}`);
    await said('Provisioning staging: run');
    const { queued } = await slack.queues.listJobs();
    expect(queued.filter(({ name }) => name === 'provision')).toMatchObject([
      { target: 'staging', id: expect.stringMatching(/^provision-staging-[a-z0-9]+$/) as string },
    ]);
    const inputs = await slack.startedInputs();
    expect(inputs).toMatchObject([
      {
        nodes: 2,
        quota: '9/minute',
        leaseMs: 8 * 3_600_000,
        guarded: true,
        configured: { QUOTA: '20/minute', CLUSTER_NAME: 'infgw-cluster-staging' },
      },
    ]);
    expect(JSON.stringify(inputs)).not.toContain('hf_token_of_the_test');
  });
});

test('retry lists the changes of the configuration since the run started', async () => {
  const runId = 'provision-staging-old';
  const input = { model: 'own/model', configured: { QUOTA: '3/minute', MODEL: 'old/model' } };
  const request = { runId, runbook: 'provision', target: 'staging', input, by };
  const created = await slack.store.create(request, Date.now());
  if (created.outcome !== 'created') throw new Error(created.outcome);
  const asked = { type: 'cancel_requested', by, requestId: 'one', at: Date.now() } as const;
  const cancelling = await slack.store.append(created.record, asked);
  if (cancelling.outcome !== 'appended') throw new Error(cancelling.outcome);
  await slack.store.append(cancelling.record, { type: 'run_cancelled', at: Date.now() });

  await slack.command(`/llmgw retry ${runId}`);
  const seen = await said(`Retrying run ${runId}`);
  expect(markOf(seen)).toBe(`llmgw.accepted:${runId}`);
  expect(seen.text).toContain('QUOTA: 3/minute → 20/minute');
  expect(seen.text).not.toContain('MODEL');
});
