// First use of the bot in a real browser, by mouse and by keyboard.
import type { Locator, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { startTestSandbox, type TestSandbox } from '../../support/sandbox.ts';
import {
  describeInBrowser,
  desktop,
  openBrowser,
  type OpenBrowser,
  type OpenPage,
  phone,
} from '../../../sandbox/test/long/browser/open-browser.ts';

describeInBrowser('a newcomer', () => {
  let sandbox: TestSandbox;
  let browser: OpenBrowser;
  let opened: OpenPage;
  let page: Page;

  beforeAll(async () => {
    [sandbox, browser] = await Promise.all([startTestSandbox({ speed: 1_200 }), openBrowser()]);
    opened = await browser.open(sandbox.url);
    page = opened.page;
  }, 90_000);
  afterAll(async () => {
    await browser.close();
    await sandbox.stop();
  });

  const field = (): Locator => page.getByLabel('Message #llm-gateway');
  const button = (name: string): Locator => page.getByRole('button', { name, exact: true }).last();
  const dialog = (): Locator => page.locator('dialog[open]');
  const thread = (): Locator => page.getByRole('complementary', { name: 'Thread' });
  const lastCard = (words: RegExp): Locator =>
    page.getByRole('article').filter({ hasText: words }).last();
  const cards = (title: string): Locator =>
    page.locator('.header-block').filter({ hasText: title });
  /** The card of this test's run, not of an earlier one. */
  const seesEnd = (of: RegExp, end: RegExp): Promise<void> =>
    lastCard(of).filter({ hasText: end }).waitFor({ timeout: 90_000 });
  const seesReady = (): Promise<void> =>
    seesEnd(/Provision gateway: default/, /The gateway is ready/);
  const seesGone = (): Promise<void> => seesEnd(/Tear down gateway: default/, /is gone/);
  /** The button that opens the thread of an answer. */
  const threadOf = (question: RegExp): Locator => lastCard(question).locator('.thread-line');
  const answers = (): Promise<number> => page.locator('.thread-line').count();

  async function closeWindow(): Promise<void> {
    await dialog().getByRole('button', { name: 'Close' }).last().click();
    await dialog().waitFor({ state: 'detached' });
  }

  /** Waits for an answer that grows in the thread of its question. */
  async function watchItStream(): Promise<void> {
    const growing = thread().locator('.content.streaming');
    await growing.waitFor();
    const first = (await growing.textContent())?.length ?? 0;
    const later = async (): Promise<number> =>
      (await thread().locator('.content').last().textContent())?.length ?? 0;
    await expect.poll(later).toBeGreaterThan(first);
    await thread().getByText('first token').waitFor({ timeout: 60_000 });
  }

  /** Asks again until the gateway refuses, at most as often as a minute allows. */
  async function askUntilRefused(ask: () => Promise<void>): Promise<void> {
    const refusal = page.getByText('Quota exceeded').last();
    for (let asked = 0; asked < 6 && !(await refusal.isVisible()); asked += 1) {
      const before = await answers();
      await ask();
      const isAnswered = async (): Promise<boolean> =>
        (await answers()) > before || (await refusal.isVisible());
      await expect.poll(isAnswered, { timeout: 60_000 }).toBe(true);
    }
    await refusal.waitFor();
    await page
      .getByText(/Retry in at most \d+ s/)
      .last()
      .waitFor();
  }

  it('a newcomer gets from plan to answers by mouse', { timeout: 180_000 }, async () => {
    await page.getByText('Welcome, Olivia.').waitFor();
    await opened.pictures('1-welcome');
    await opened.expectAccessible('welcome');

    await button('/llmgw provision').click();
    await expect.poll(() => field().inputValue()).toBe('/llmgw provision');
    await page.getByRole('button', { name: 'Send' }).click();
    await button('Provision').waitFor();
    await opened.expectAccessible('plan');
    await opened.pictures('2-plan');
    await button('Provision').click();
    await page
      .getByText(/Done: \d+ of \d+/)
      .first()
      .waitFor();
    await opened.pictures('3-under-way');
    await seesReady();
    await page.getByText('Protection verified', { exact: true }).waitFor();
    await opened.pictures('4-ready');
    await opened.expectAccessible('ready');

    // On a phone the cloud is a separate tab.
    await page.setViewportSize(phone);
    await button('Cloud').click();
    await page.getByRole('complementary', { name: 'Cloud' }).waitFor();
    await button('Conversation').click();
    await page.setViewportSize(desktop);

    await field().fill('/llmgw key');
    await page.getByRole('button', { name: 'Send' }).click();
    await dialog().getByText('x-api-key').first().waitFor();
    await opened.expectAccessible('key');
    await closeWindow();
    await field().fill('/llmgw key');
    await page.getByRole('button', { name: 'Send' }).click();
    expect(await dialog().getByText('x-api-key').count()).toBe(0);
    await dialog().getByRole('button', { name: 'Reveal' }).click();
    await dialog().getByText('x-api-key').first().waitFor();
    await closeWindow();

    await field().fill('/llmgw ask --max-tokens 700 Count to 160');
    await page.getByRole('button', { name: 'Send' }).click();
    await threadOf(/asked: Count to 160/).click();
    await watchItStream();
    await opened.pictures('5-answer');
    await opened.expectAccessible('answer in its thread');
    await button('Close the thread').click();

    await askUntilRefused(async () => {
      await field().fill('/llmgw ask What is the capital of France?');
      await page.getByRole('button', { name: 'Send' }).click();
    });
    await opened.pictures('6-quota');
    await opened.expectAccessible('quota');

    await field().fill('/llmgw teardown');
    await page.getByRole('button', { name: 'Send' }).click();
    await button('Tear down').click();
    await dialog().getByRole('textbox').fill('something else');
    await dialog().getByRole('button', { name: 'Tear down' }).click();
    await dialog().getByText("The name doesn't match").waitFor();
    await opened.pictures('7-teardown');
    await opened.expectAccessible('error in a window');
    await dialog().getByRole('textbox').fill('default');
    await dialog().getByRole('button', { name: 'Tear down' }).click();
    await seesGone();
    expect(opened.complaints).toEqual([]);
  });

  it('a newcomer gets from plan to answers by keyboard', { timeout: 180_000 }, async () => {
    const { keyboard } = page;
    const focused = (): Promise<string> =>
      page.evaluate(() => {
        const at = document.activeElement;
        if (at === document.body) return '';
        return `${at?.getAttribute('aria-label') ?? at?.textContent ?? ''}`.trim();
      });
    /** Presses Tab, or Shift+Tab, until the element has the focus. */
    const reach = async (name: RegExp, key = 'Tab'): Promise<void> => {
      for (let presses = 0; presses < 80; presses += 1) {
        if (name.test(await focused())) return;
        await keyboard.press(key);
      }
      expect.fail(`${String(name)} is not reached by ${key}; the focus is on ${await focused()}`);
    };
    const type = async (text: string): Promise<void> => {
      await keyboard.type(text);
      await keyboard.press('Enter');
    };

    await page.reload();
    await page.getByText('Welcome, Olivia.').waitFor();
    await expect.poll(focused).toBe('Message #llm-gateway');
    // The completion: the command, then its subcommands.
    await keyboard.type('/ll');
    await keyboard.press('Enter');
    await expect.poll(() => field().inputValue()).toBe('/llmgw ');
    await keyboard.type('prov');
    await keyboard.press('ArrowDown');
    expect(await page.getByRole('option', { selected: true }).textContent()).toContain('provision');
    await opened.expectAccessible('completion');
    await keyboard.press('Enter');
    await expect.poll(() => field().inputValue()).toBe('/llmgw provision');
    await keyboard.press('Enter');
    await button('Provision').waitFor();
    const before = await cards('Provision gateway: default').count();
    await reach(/^Provision$/, 'Shift+Tab');
    await keyboard.press('Enter');
    const begun = (): Promise<number> => cards('Provision gateway: default').count();
    await expect.poll(begun, { timeout: 60_000 }).toBeGreaterThan(before);
    await seesReady();

    // Switches to Alice, who has a separate quota.
    await reach(/You are Olivia/, 'Shift+F6');
    await keyboard.press('Enter');
    await page.getByRole('menu').waitFor();
    await keyboard.press('a');
    await opened.expectAccessible('people');
    await keyboard.press('Enter');
    await page.getByText('Welcome, Alice.').waitFor();
    await expect.poll(focused).toBe('Message #llm-gateway');
    await type('/llmgw key');
    await dialog().getByText('x-api-key').first().waitFor();
    await keyboard.press('Escape');
    await dialog().waitFor({ state: 'detached' });
    // The focus is back in the message field.
    expect(await focused()).toBe('Message #llm-gateway');
    await type('/llmgw key');
    await dialog().getByRole('button', { name: 'Reveal' }).waitFor();
    await reach(/^Reveal$/);
    await keyboard.press('Enter');
    await dialog().getByText('x-api-key').first().waitFor();
    await keyboard.press('Escape');
    await dialog().waitFor({ state: 'detached' });

    await type('/llmgw ask --max-tokens 700 Count to 170');
    await threadOf(/asked: Count to 170/).waitFor();
    await reach(/^1 reply/, 'Shift+Tab');
    await keyboard.press('Enter');
    await watchItStream();
    await keyboard.press('Escape');
    await thread().waitFor({ state: 'detached' });
    await expect.poll(focused).toMatch(/^1 reply/);
    await reach(/^Message #llm-gateway$/);
    await askUntilRefused(() => type('/llmgw ask What is the capital of France?'));

    await reach(/You are Alice/, 'F6');
    await keyboard.press('ArrowDown');
    await page.getByRole('menu').waitFor();
    await keyboard.press('o');
    await keyboard.press('Enter');
    await page.getByText('Welcome, Olivia.').waitFor();
    await expect.poll(focused).toBe('Message #llm-gateway');
    // The question of the previous test is still there.
    const questions = page.getByRole('button', { name: 'Tear down', exact: true });
    const asked = await questions.count();
    await type('/llmgw teardown');
    await expect.poll(() => questions.count(), { timeout: 60_000 }).toBeGreaterThan(asked);
    await reach(/^Tear down$/, 'Shift+Tab');
    await keyboard.press('Enter');
    await dialog().getByRole('textbox').waitFor();
    await expect.poll(() => page.evaluate(() => document.activeElement?.tagName)).toBe('INPUT');
    const removals = await cards('Tear down gateway: default').count();
    await type('default');
    const removing = (): Promise<number> => cards('Tear down gateway: default').count();
    await expect.poll(removing, { timeout: 60_000 }).toBeGreaterThan(removals);
    await seesGone();
    expect(opened.complaints).toEqual([]);
  });
});
