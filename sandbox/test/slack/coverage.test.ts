// The coverage list is what is served: each method has its row, and each row's test names it.
import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { platformCoverage, slackCoverage, webApiCoverage } from '../../slack/coverage.ts';
import { startSlack } from './support/slack-sandbox.ts';

it('lists every method that is served, and no other', async () => {
  const slack = await startSlack();
  const listed = webApiCoverage.map((each) => each.method);
  expect(listed.toSorted()).toEqual(slack.slack.methods.toSorted());
  await slack.stop();
});

const read = (path: string): string =>
  readFileSync(new URL(`../../../${path}`, import.meta.url), 'utf8');

/** `files.*UploadExternal` are called by the client's own three-step upload. */
const CALLED_AS: Readonly<Record<string, string>> = {
  'files.getUploadURLExternal': 'filesUploadV2',
  'files.completeUploadExternal': 'filesUploadV2',
};

it.each(webApiCoverage)('$method is driven by its test', ({ method, shownBy }) => {
  expect(read(shownBy)).toContain(CALLED_AS[method] ?? method);
});

it.each(platformCoverage)('$method has a test file', ({ shownBy }) => {
  expect(read(shownBy)).toContain('expect(');
});

it('says what is missing exactly where something is', () => {
  for (const row of slackCoverage) {
    expect([row.method, row.missing !== undefined]).toEqual([row.method, row.state === 'partial']);
  }
});
