// Home in a real browser: mouse and keyboard, light and dark, desktop and phone.
import type { Locator, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { kubeShell } from '../../../sandbox/test/support/kube-tools.ts';
import { startTestSandbox, type TestSandbox } from '../../support/sandbox.ts';
import {
  describeInBrowser,
  openBrowser,
  type OpenBrowser,
  type OpenPage,
} from '../../../sandbox/test/long/browser/open-browser.ts';

describeInBrowser('the App Home', () => {
  let sandbox: TestSandbox;
  let browser: OpenBrowser;
  let opened: OpenPage;
  let page: Page;

  beforeAll(async () => {
    [sandbox, browser] = await Promise.all([
      startTestSandbox({ speed: 1_500, botEnv: { WATCH_SECONDS: '0.5' } }),
      openBrowser(),
    ]);
    opened = await browser.open(sandbox.url);
    page = opened.page;
  }, 90_000);
  afterAll(async () => {
    await browser.close();
    await sandbox.stop();
  });

  const home = (): Locator => page.getByRole('region', { name: 'Home' });
  const dialog = (): Locator => page.locator('dialog[open]');
  const request = (name: string): Promise<void> =>
    home().getByRole('button', { name, exact: true }).first().click();

  async function tabTo(words: string, most = 25): Promise<void> {
    for (let tabs = 0; tabs < most; tabs += 1) {
      await page.keyboard.press('Tab');
      const here = await page.evaluate<string>('document.activeElement?.textContent ?? ""');
      if (here.trim() === words) return;
    }
    expect.fail(`No Tab led to ${words}.`);
  }

  it('Home opens by mouse, and an operator provisions from it', { timeout: 180_000 }, async () => {
    await page.getByRole('button', { name: 'LLM Gateway Home' }).click();
    await home().getByText('Not provisioned.').waitFor();
    await opened.pictures('home-1-absent');
    await opened.expectAccessible('absent');
    await request('Provision');
    await dialog().getByText('Channel for the run card').waitFor();
    await opened.pictures('home-2-provision');
    await opened.expectAccessible('the plan in a window');
    await dialog().getByRole('button', { name: 'Provision', exact: true }).click();
    await dialog().waitFor({ state: 'detached' });
    await home().getByText('Provisioning in progress').waitFor();
    await opened.pictures('home-3-under-way');
    await opened.expectAccessible('under way');
    await home().getByText('Ready.').waitFor({ timeout: 90_000 });
    await opened.pictures('home-4-ready-operator');
    await opened.expectAccessible('ready, as an operator');
    await request('Tear down');
    await dialog().getByText('Type the gateway name to confirm').waitFor();
    await opened.pictures('home-5-teardown');
    await opened.expectAccessible('the question before a teardown');
    await page.keyboard.press('Escape');
    await dialog().waitFor({ state: 'detached' });
  });

  it('Home works by keyboard alone', { timeout: 90_000 }, async () => {
    await page.evaluate(`sessionStorage.setItem('llmgw.me', 'U0ALICE')`);
    await page.reload();
    await page.getByRole('button', { name: 'You are Alice Almeida' }).waitFor();
    await tabTo('LLM Gateway Home');
    await page.keyboard.press('Enter');
    await home().getByText('You have no key for this gateway').waitFor();
    await tabTo('Get a key');
    await page.keyboard.press('Enter');
    await dialog().getByText('x-api-key').first().waitFor();
    await page.keyboard.press('Escape');
    await dialog().waitFor({ state: 'detached' });
    await home().getByText('activating').waitFor();
    await tabTo('Ask');
    await page.keyboard.press('Enter');
    await dialog().getByLabel('Prompt', { exact: true }).waitFor();
    await page.keyboard.type('What is the capital of France?');
    await opened.expectAccessible('the window for a prompt');
    await tabTo('Ask');
    await page.keyboard.press('Enter');
    await dialog().waitFor({ state: 'detached' });
    await home().getByText('1 of 5, 4 left').waitFor({ timeout: 60_000 });
    await opened.pictures('home-6-ready-alice');
    await opened.expectAccessible('ready, with a key');
  });

  it('an open Home names the degradation and its repairers', { timeout: 90_000 }, async () => {
    const { kubectl } = kubeShell(await sandbox.clusterAccess());
    await kubectl(['scale', 'deployment', 'vllm-qwen', '--replicas=0']);
    await home().getByText('Degraded.').waitFor({ timeout: 60_000 });
    await home().getByText('Ask an operator to repair it').waitFor();
    await opened.pictures('home-7-degraded');
    await opened.expectAccessible('degraded');
  });

  it('the browser logged no problem', () => {
    expect(opened.complaints).toEqual([]);
  });
});
