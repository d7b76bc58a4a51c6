// docs/copy.md and docs/troubleshooting.md, from scenes, the fault table and the code.
import { errorKinds, type ErrorKind } from '../../src/kernel/errors.ts';
import type { FaultCode } from '../../src/kernel/fault-codes.ts';
import { guidanceText } from '../../src/kernel/guidance.ts';
import { kindCopy, titleOf } from '../../src/slack/messages/fault.ts';
import { table } from './generated-parts.ts';
import { renderScene } from './render-scene.ts';
import { explainedSamples } from './scenes/faults.ts';
import { chapters } from './scenes/index.ts';
import type { FaultSite, Sentence, SourceCopy } from './source-copy.ts';

const generated = '<!-- Written by `npm run docs`: edit the code, not this file. -->';

export function copyDocument({ faults, sentences }: SourceCopy): string {
  return [
    '# Copy',
    generated,
    'For people who write or review what the bot says. Everything that a person can read in Slack, as views show it with sample data; then the faults by code, and the sentences that handlers, jobs and steps write themselves. `{name}` stands for what is filled in.',
    ...chapters.flatMap(({ title, scenes }) => [`## ${title}`, ...scenes.map(renderScene)]),
    '## Faults by code',
    'A fault has a title by its kind or code, what happened, and the next action. Where the code names no next action, that of the kind is shown.',
    ...[...faults].map(([code, sites]) => `### \`${code}\`\n\n${faultLines(code, sites)}`),
    '## Sentences outside of views',
    ...sentencesByFile(sentences),
  ].join('\n\n');
}

export function troubleshootingDocument({ faults }: SourceCopy): string {
  const byCopy = Map.groupBy(explainedSamples, ({ explained: { row, meaning, next } }) =>
    [row, meaning, next].join(' '),
  );
  const rows = [...byCopy.values()].flatMap((same) => {
    const [first] = same;
    if (first === undefined) return [];
    const { row, title, meaning, next } = first.explained;
    const sources = same.map(({ source }) => line(source)).join('; ');
    return [[`\`${row}\``, title, line(meaning), line(next), sources]];
  });
  const codes = [...faults].flatMap(([code, sites]) => {
    const told = sites.filter(({ kind, message }) => message !== undefined && kind !== 'bug');
    return told.map((site) => [
      `\`${code}\``,
      titleFor(code, site) ?? '',
      line(site.message ?? ''),
      line(nextFor(site) ?? ''),
    ]);
  });
  return [
    '# Troubleshooting',
    generated,
    'For people whose request failed, and for the operators they ask. Messages end with a small line that names a row or a code: look it up here.',
    '## What the gateway answers',
    '`/llmgw ask` explains each answer of the gateway by a row of the fault table. Callers of the API find the row by its source: the HTTP status and the error code in the body.',
    table(['row', 'title', 'meaning', 'next action', 'source'], rows),
    '## Faults of the bot',
    'What can go wrong in commands, runs and jobs, by code. `{name}` stands for what is filled in.',
    table(['code', 'title', 'what happened', 'next action'], codes),
  ].join('\n\n');
}

const line = (text: string): string =>
  text
    .replaceAll(/\s*\n\s*/g, ' ')
    .replaceAll('|', '\\|')
    .replaceAll('<', '&lt;');

const isKind = (kind: string | undefined): kind is ErrorKind =>
  errorKinds.some((each) => each === kind);

function titleFor(code: string, { kind }: FaultSite): string | undefined {
  return isKind(kind) ? titleOf({ code: code as FaultCode, kind }) : undefined;
}

function nextFor({ kind, next }: FaultSite): string | undefined {
  if (next !== undefined) return next;
  return isKind(kind) ? guidanceText(kindCopy(kind).next) : undefined;
}

function faultLines(code: string, sites: readonly FaultSite[]): string {
  return sites
    .map((site) => {
      const title = titleFor(code, site);
      const next = nextFor(site);
      const said = [
        ...(title === undefined ? [] : [`**${title}:**`]),
        site.message === undefined ? 'computed' : line(site.message),
        ...(next === undefined ? [] : [`**Next:** ${line(next)}`]),
      ];
      return `- ${said.join(' ')} (\`${site.path}\`)`;
    })
    .join('\n');
}

function sentencesByFile(sentences: readonly Sentence[]): string[] {
  return [...Map.groupBy(sentences, ({ path }) => path)].map(
    ([path, found]) =>
      `### \`${path}\`\n\n${found.map(({ text }) => `- ${line(text)}`).join('\n')}`,
  );
}
