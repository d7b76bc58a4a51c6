// Paths of the files beside the code, in a checkout and in a build.
import { basename } from 'node:path';

/** A build (`npm run build`) holds all code as `.mjs` files in one folder. */
const isBuilt = !import.meta.url.endsWith('.ts');
const root = new URL(isBuilt ? './' : '../../', import.meta.url);

/** @param path from the root of the checkout; a build holds it under the same path. */
export const fileUrl = (path: string): URL => new URL(path, root);

/** @param source of a module that a thread runs; each is an entry of the build. */
export const threadUrl = (source: string): URL =>
  new URL(isBuilt ? basename(source).replace(/\.ts$/, '.mjs') : source, root);
