// Page at /, bundled at the first visit: headless sandboxes never pay for it.
import { readdir, readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import type { SandboxContext } from '../core/context.ts';

const folder = fileURLToPath(new URL('.', import.meta.url));

export function servePage(context: SandboxContext): void {
  const { http } = context;
  let bundle: Promise<string> | undefined;
  http.get('/', async (_request, reply) => {
    bundle ??= buildScript();
    return reply.type('text/html').send(await readFile(`${folder}index.html`, 'utf8'));
  });
  http.get('/_page/page.css', async (_request, reply) =>
    reply.type('text/css').send(await readStyles()),
  );
  http.get<{ Params: { name: string } }>('/_page/fonts/:name', async (request, reply) => {
    const font = await readFont(request.params.name);
    if (font === undefined) return reply.code(404).send('not found');
    return reply.type('font/woff2').header('cache-control', 'max-age=86400').send(font);
  });
  http.get('/_page/page.js', async (_request, reply) =>
    reply.type('text/javascript').send(await (bundle ??= buildScript())),
  );
}

const fonts: Readonly<Record<string, string>> = {
  'inter.woff2': '@fontsource-variable/inter/files/inter-latin-wght-normal.woff2',
  'mono.woff2': '@fontsource-variable/jetbrains-mono/files/jetbrains-mono-latin-wght-normal.woff2',
};

async function readFont(name: string): Promise<Buffer | undefined> {
  const found = Object.hasOwn(fonts, name) ? fonts[name] : undefined;
  return found === undefined ? undefined : readFile(fileURLToPath(import.meta.resolve(found)));
}

/** The style sheet of every part; tokens first, because the others build on them. */
async function readStyles(): Promise<string> {
  const sheets: string[] = [];
  for (const part of ['styles', 'cloud']) {
    const names = (await readdir(`${folder}${part}`)).filter((name) => name.endsWith('.css'));
    const sorted = names.toSorted((a, b) => rank(a) - rank(b) || a.localeCompare(b));
    for (const name of sorted) sheets.push(await readFile(`${folder}${part}/${name}`, 'utf8'));
  }
  return sheets.join('\n');
}

function rank(sheet: string): number {
  return sheet === 'tokens.css' ? 0 : sheet === 'base.css' ? 1 : 2;
}

async function buildScript(): Promise<string> {
  const { build } = await import('vite');
  const result = await build({
    configFile: false,
    logLevel: 'error',
    root: folder,
    build: {
      write: false,
      target: 'es2022',
      rollupOptions: { input: `${folder}main.tsx`, output: { entryFileNames: 'page.js' } },
    },
    oxc: { jsx: { runtime: 'automatic', importSource: 'preact' } },
  });
  const outputs = Array.isArray(result) ? result : [result];
  for (const one of outputs) {
    const script = 'output' in one ? one.output.find((file) => file.type === 'chunk') : undefined;
    if (script?.type === 'chunk') return script.code;
  }
  throw new Error('The page could not be bundled');
}
