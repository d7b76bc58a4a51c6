// Tests of the Slack coverage list: one row per served method, and its test.
import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { platformCoverage, slackCoverage, webApiCoverage } from '../../slack/coverage.ts';
import { startSlack } from './support/slack-sandbox.ts';

it('the coverage list has exactly the served methods', async () => {
  const slack = await startSlack();
  const listed = webApiCoverage.map((each) => each.method);
  expect(listed.toSorted()).toEqual(slack.slack.methods.toSorted());
  await slack.stop();
});

const read = (path: string): string =>
  readFileSync(new URL(`../../../${path}`, import.meta.url), 'utf8');

/** The client's three-step upload calls `files.*UploadExternal`. */
const CALLED_AS: Readonly<Record<string, string>> = {
  'files.getUploadURLExternal': 'filesUploadV2',
  'files.completeUploadExternal': 'filesUploadV2',
};

it.each(webApiCoverage)('$method is called in its test', ({ method, shownBy }) => {
  expect(read(shownBy)).toContain(CALLED_AS[method] ?? method);
});

it.each(platformCoverage)('$method has a test file', ({ shownBy }) => {
  expect(read(shownBy)).toContain('expect(');
});

it('a row describes gaps exactly when its method is partial', () => {
  for (const row of slackCoverage) {
    expect([row.method, row.missing !== undefined]).toEqual([row.method, row.state === 'partial']);
  }
});
