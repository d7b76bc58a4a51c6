// Every generated document of the tree by path, generated from the current code.
import { globSync, readFileSync } from 'node:fs';
import { format, getFileInfo } from 'prettier';
import { copyDocument, troubleshootingDocument } from './documents.ts';
import { generatedParts, withParts } from './generated-parts.ts';
import { readSourceCopy } from './source-copy.ts';
import { isView } from './views.ts';

/** @param root of the checkout, ending with a slash. */
export async function buildDocuments(root: string): Promise<Map<string, string>> {
  const copy = readSourceCopy(root, isView);
  const whole = {
    'docs/copy.md': `${copyDocument(copy)}\n`,
    'docs/troubleshooting.md': `${troubleshootingDocument(copy)}\n`,
  };
  const parts = generatedParts(root);
  const marked = ['README.md', 'CONTRIBUTING.md', ...globSync('docs/*.md', { cwd: root })]
    .filter((path) => !Object.hasOwn(whole, path))
    .map((path) => [path, readFileSync(`${root}${path}`, 'utf8')] as const)
    .filter(([, text]) => text.includes('<!-- generated:'))
    .map(([path, text]) => [path, withParts(text, parts, path)] as const);
  const documents = new Map<string, string>();
  for (const [path, text] of [...Object.entries(whole), ...marked]) {
    documents.set(path, await formatted(root, path, text));
  }
  return documents;
}

async function formatted(root: string, path: string, text: string): Promise<string> {
  const { ignored } = await getFileInfo(`${root}${path}`, { ignorePath: `${root}.prettierignore` });
  return ignored ? text : format(text, { parser: 'markdown', printWidth: 100 });
}
