// Entry of `npm run docs`: writes generated documents, and generated parts of documents.
import { writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { buildDocuments } from './build.ts';

const root = fileURLToPath(new URL('../../', import.meta.url));
for (const [path, text] of await buildDocuments(root)) writeFileSync(`${root}${path}`, text);
