// Serves the page at /: bundled in memory at the first visit, so that a headless sandbox never pays for it.
import { readFile } from 'node:fs/promises';
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
    reply.type('text/css').send(await readFile(`${folder}styles.css`, 'utf8')),
  );
  http.get('/_page/page.js', async (_request, reply) =>
    reply.type('text/javascript').send(await (bundle ??= buildScript())),
  );
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
