// Generated documents: unchanged after `npm run docs`, and a scene for every view.
import { globSync, readFileSync } from 'node:fs';
import { dirname, join, normalize } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseSync } from 'oxc-parser';
import { describe, expect, test } from 'vitest';
import { buildDocuments } from '../setup/docs/build.ts';
import { withParts } from '../setup/docs/generated-parts.ts';
import { explainedSamples } from '../setup/docs/scenes/faults.ts';
import { chapters } from '../setup/docs/scenes/index.ts';
import { exportedViews } from '../setup/docs/views.ts';
import { faultTable } from '../src/gateway/faults/explain.ts';

const root = fileURLToPath(new URL('../', import.meta.url));
const read = (path: string): string => readFileSync(join(root, path), 'utf8');
const documents = await buildDocuments(root);

/** Names that scenes import, in the form `path name`. */
function importedByScenes(): Set<string> {
  const paths = globSync('setup/docs/scenes/*.ts', { cwd: root });
  return new Set(
    paths.flatMap((path) =>
      parseSync(path, read(path)).module.staticImports.flatMap(({ moduleRequest, entries }) =>
        entries.map(
          ({ importName }) =>
            `${normalize(join(dirname(path), moduleRequest.value))} ${importName.name ?? ''}`,
        ),
      ),
    ),
  );
}

describe('npm run docs', () => {
  test.each([...documents])('leaves %s unchanged', (path, text) => {
    expect(read(path)).toBe(text);
  });

  test('writes the copy, the troubleshooting and the parts of README and operations', () => {
    expect([...documents.keys()]).toEqual(
      expect.arrayContaining([
        'docs/copy.md',
        'docs/troubleshooting.md',
        'README.md',
        'docs/operations.md',
      ]),
    );
  });

  test('refuses a mark for a part that does not exist', () => {
    const document = '<!-- generated:nothing -->old<!-- /generated -->';
    expect(() => withParts(document, {}, 'README.md')).toThrow('README.md');
  });

  test('replaces only the text between the marks of a part', () => {
    const document = 'before <!-- generated:count -->21<!-- /generated --> after';
    expect(withParts(document, { count: '22' }, 'README.md')).toBe(document.replace('21', '22'));
  });
});

describe('docs/copy.md', () => {
  test('has a scene for every exported view', () => {
    const imported = importedByScenes();
    const views = exportedViews(root).map(({ path, name }) => `${path} ${name}`);
    expect(views.length).toBeGreaterThan(50);
    expect(views.filter((view) => !imported.has(view))).toEqual([]);
  });

  test('has a scene for every row of the fault table', () => {
    const shown = new Set(explainedSamples.map(({ explained }) => explained.row));
    expect(faultTable.map(({ id }) => id).filter((id) => !shown.has(id))).toEqual([]);
    expect(shown.has('unknown')).toBe(true);
  });

  test('has every fault code', () => {
    const declared = [...read('src/kernel/fault-codes.ts').matchAll(/\| '(\w+)'/g)];
    const copy = read('docs/copy.md');
    const codes = declared.map(([, code = '']) => code);
    expect(codes.length).toBeGreaterThan(100);
    expect(codes.filter((code) => !copy.includes(`### \`${code}\`\n`))).toEqual([]);
  });

  test('has unique scene titles in each chapter, except for rows of the fault table', () => {
    for (const { title: chapter, scenes } of chapters.filter(
      ({ title }) => title !== 'Faults of the gateway',
    )) {
      const titles = scenes.map(({ title }) => title);
      expect(titles, chapter).toEqual([...new Set(titles)]);
    }
  });
});
