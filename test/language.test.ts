// Terms of copy, documents, names and files, compared with the list of terms.
import { globSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseSync } from 'oxc-parser';
import { expect, test } from 'vitest';
import { renderShown } from '../setup/docs/render-scene.ts';
import { chapters } from '../setup/docs/scenes/index.ts';
import { readSourceCopy } from '../setup/docs/source-copy.ts';
import { isView } from '../setup/docs/views.ts';
import { readModules } from '../setup/structure/read-modules.ts';
import { type Term, terms } from './support/terms.ts';

const root = fileURLToPath(new URL('../', import.meta.url));
const read = (path: string): string => readFileSync(join(root, path), 'utf8');

/** Places that use a term, by term. */
type Uses = Readonly<Record<string, readonly string[]>>;

interface Text {
  readonly place: string;
  readonly text: string;
}

function placesOf(texts: readonly Text[], of: 'prose' | 'name'): Uses {
  const found = Object.entries(terms).map(([name, term]): [string, string[]] => {
    const places = texts.filter((text) => uses(text, term, of)).map(({ place }) => place);
    return [name, [...new Set(places)].toSorted()];
  });
  return Object.fromEntries(found.filter(([, places]) => places.length > 0));
}

function uses({ place, text }: Text, term: Term, of: 'prose' | 'name'): boolean {
  if (of === 'name') return term.name?.test(text) === true && term.names?.includes(place) !== true;
  const { except = [] } = term;
  const rest = except.reduce((left, { pattern }) => left.replaceAll(pattern, ''), text);
  return term.prose?.test(rest) === true;
}

/** Code, addresses and inserted values are names, with their own test; button labels are copy. */
const proseOf = (markdown: string): string =>
  markdown
    .replaceAll(/```[^]*?```/g, '')
    .replaceAll(/`(?!\[)[^`\n]*`/g, '')
    .replaceAll(/\]\([^)]*\)|\{[\w…]+\}|https?:\S+|<!--[^]*?-->/g, '');

/** `jobs/quota/view.ts` -> `jobs/quota` */
const folderOf = (path: string): string => path.split('/').slice(0, 2).join('/');

function copyTexts(): Text[] {
  const { faults, sentences } = readSourceCopy(root, isView);
  const sites = [...faults.values()].flat();
  return [
    ...chapters.flatMap(({ title, scenes }) =>
      scenes.map((scene) => ({ place: title, text: proseOf(renderShown(scene)) })),
    ),
    ...sites.map(({ path, message = '', next = '' }) => ({
      place: folderOf(path),
      text: proseOf(`${message} ${next}`),
    })),
    ...sentences.map(({ path, text }) => ({ place: folderOf(path), text: proseOf(text) })),
  ];
}

const generated = ['docs/copy.md', 'docs/troubleshooting.md'];

function documentTexts(): Text[] {
  const paths = ['sandbox/README.md', ...globSync(['*.md', 'docs/*.md'], { cwd: root })];
  return paths
    .filter((path) => !generated.includes(path))
    .map((path) => ({ place: path, text: proseOf(withoutParts(read(path))) }));
}

/** Generated parts are copy. */
const withoutParts = (document: string): string =>
  document.replaceAll(/<!-- generated:[^]*?<!-- \/generated -->/g, '');

/** `KnownGateways` -> `known gateways` */
const wordsIn = (name: string): string =>
  name
    .replaceAll(/([a-z\d])([A-Z])/g, '$1 $2')
    .replaceAll(/[-_./]/g, ' ')
    .toLowerCase();

function nameTexts(): Text[] {
  const paths = readModules(root, ['src', 'jobs']).map(({ path }) => path);
  return paths.flatMap((path) => [
    { place: path, text: wordsIn(basename(path, '.ts')) },
    ...parseSync(path, read(path)).module.staticExports.flatMap(({ entries }) =>
      entries.map(({ exportName }) => ({
        place: `${path} ${exportName.name ?? ''}`,
        text: wordsIn(exportName.name ?? ''),
      })),
    ),
  ]);
}

const copy = copyTexts();
const prose = documentTexts();
const names = nameTexts();

test('copy uses the terms of the field', () => {
  expect(placesOf(copy, 'prose')).toEqual({});
});

test('documents use the terms of the field', () => {
  expect(placesOf(prose, 'prose')).toEqual({});
});

test('exported names and files of src and jobs use the terms of the field', () => {
  expect(placesOf(names, 'name')).toEqual({});
});

test('an exception of a term is still needed', () => {
  const text = [...copy, ...prose].map((each) => each.text).join('\n');
  const places = names.map(({ place }) => place);
  const unneeded = Object.entries(terms).flatMap(([term, { except = [], names: right = [] }]) => [
    ...except.filter(({ pattern }) => text.search(pattern) === -1).map(() => term),
    ...right.filter((name) => !places.includes(name)),
  ]);
  expect(unneeded).toEqual([]);
});
