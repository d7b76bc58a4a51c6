// Child process: draws a picture, then prints its main thread's loaded modules as JSON.
import { registerHooks } from 'node:module';

const loaded: string[] = [];
// These hooks see only the modules of their own thread.
registerHooks({
  load: (url, context, next) => {
    loaded.push(url);
    return next(url, context);
  },
});

const hour = 3_600_000;
const points = [{ at: 0, requests: 3, errors: 1 }];
const usage = { span: 'day', from: 0, to: 24 * hour, unitMs: hour } as const;
const series = [{ name: 'one', points }];
const png = process.argv.includes('--here') ? await drawHere() : await drawInThread();
process.stdout.write(JSON.stringify({ loaded, bytes: png.length }));

async function drawInThread(): Promise<Uint8Array> {
  const { createPictures } = await import('../../../../jobs/quota/usage/pictures.ts');
  const { createLog } = await import('../../../../src/kernel/log.ts');
  const { createRedactor } = await import('../../../../src/kernel/redaction.ts');
  const log = createLog({ level: 'silent', redactor: createRedactor([]) });
  const pictures = createPictures({ log });
  const { png } = await pictures.drawUsage({ ...usage, series });
  await pictures.close();
  return png;
}

async function drawHere(): Promise<Uint8Array> {
  const { barsOf } = await import('../../../../jobs/quota/usage/usage-bars.ts');
  const { drawBars } = await import('../../../../jobs/quota/usage/draw-bars.ts');
  return drawBars(barsOf({ ...usage, series }));
}
