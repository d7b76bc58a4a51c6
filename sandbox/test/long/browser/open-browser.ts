// A Chromium browser for a test file, with error collection, screenshots and axe.
import { existsSync, mkdirSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { fileURLToPath } from 'node:url';
import { type Browser, chromium, type Page } from 'playwright-core';
import { describe, expect } from 'vitest';

const chromiumPath = process.env['CHROMIUM'] ?? '/usr/bin/chromium';
const isThere = existsSync(chromiumPath);
const artifacts = fileURLToPath(new URL('../../../../test-artifacts/browser/', import.meta.url));
const axeSource = readFileSync(
  createRequire(import.meta.url).resolve('axe-core/axe.min.js'),
  'utf8',
);

export const desktop = { width: 1440, height: 900 } as const;
export const phone = { width: 390, height: 844 } as const;

/** Skipped with a reason if there is no Chromium, but a failure in CI. */
export function describeInBrowser(name: string, tests: () => void): void {
  if (isThere) describe(name, tests);
  else if (process.env['CI'] === 'true') {
    describe(name, (it) => {
      it('has a browser', () => expect.fail(`There is no Chromium at ${chromiumPath}.`));
    });
  } else describe.skip(`${name} (skipped: no Chromium at ${chromiumPath}; set CHROMIUM)`, tests);
}

export interface OpenPage {
  readonly page: Page;
  /** Console errors, uncaught exceptions, failed requests. */
  readonly complaints: string[];
  /** Four screenshots: desktop and phone, light and dark. */
  pictures(name: string): Promise<void>;
  /** Fails on any serious or critical violation, contrast included. */
  expectAccessible(state: string): Promise<void>;
}

export interface OpenBrowser {
  open(url: string): Promise<OpenPage>;
  close(): Promise<void>;
}

export async function openBrowser(): Promise<OpenBrowser> {
  const browser = await chromium.launch({
    executablePath: chromiumPath,
    args: [
      '--headless',
      '--no-sandbox',
      '--disable-gpu',
      '--disable-quic',
      '--no-first-run',
      '--disable-background-networking',
      '--disable-component-update',
      '--disable-sync',
    ],
  });
  return { open: (url) => openPage(browser, url), close: () => browser.close() };
}

async function openPage(browser: Browser, url: string): Promise<OpenPage> {
  const context = await browser.newContext({
    viewport: desktop,
    colorScheme: 'light',
    // Animations would differ in every screenshot.
    reducedMotion: 'reduce',
  });
  const page = await context.newPage();
  page.setDefaultTimeout(20_000);
  const complaints: string[] = [];
  page.on('console', (message) => {
    if (message.type() === 'error' || message.type() === 'warning') complaints.push(message.text());
  });
  page.on('pageerror', (error) => complaints.push(error.message));
  page.on('response', (response) => {
    if (response.status() >= 400) complaints.push(`${response.status()} ${response.url()}`);
  });
  page.on('requestfailed', (request) => {
    // Open streams end with the page, with another person's view or with the cloud's pane.
    const isLeft = request.failure()?.errorText === 'net::ERR_ABORTED';
    if (!(isLeft && /\/live(\?|$)/.test(request.url()))) complaints.push(`failed ${request.url()}`);
  });
  await page.goto(url);
  return {
    page,
    complaints,
    pictures: (name) => takePictures(page, name),
    expectAccessible: (state) => expectAccessible(page, state),
  };
}

async function takePictures(page: Page, name: string): Promise<void> {
  mkdirSync(artifacts, { recursive: true });
  for (const [size, viewport] of Object.entries({ desktop, phone })) {
    await page.setViewportSize(viewport);
    for (const colorScheme of ['light', 'dark'] as const) {
      await page.emulateMedia({ colorScheme });
      await page.screenshot({ path: `${artifacts}${name}-${size}-${colorScheme}.png` });
    }
  }
  await page.emulateMedia({ colorScheme: 'light' });
  await page.setViewportSize(desktop);
}

/** Waits until the page has the colours of the other theme. */
const paintedTwice =
  'new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))';

interface AxeViolation {
  readonly id: string;
  readonly impact: string | null;
  readonly nodes: readonly { readonly html: string; readonly failureSummary?: string }[];
}

async function expectAccessible(page: Page, state: string): Promise<void> {
  for (const colorScheme of ['light', 'dark'] as const) {
    await page.emulateMedia({ colorScheme });
    await page.evaluate(paintedTwice);
    await page.evaluate(axeSource);
    const violations = await page.evaluate<AxeViolation[]>(
      `axe.run(document, { resultTypes: ['violations'] }).then((result) => result.violations)`,
    );
    const grave = violations
      .filter(({ impact }) => impact === 'serious' || impact === 'critical')
      .flatMap(({ id, nodes }) =>
        nodes.map(({ html, failureSummary }) => `${id}: ${html}\n${failureSummary ?? ''}`),
      );
    expect(grave, `${state}, ${colorScheme}`).toEqual([]);
  }
  await page.emulateMedia({ colorScheme: 'light' });
}
