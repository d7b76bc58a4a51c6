// Entry point; the only file that reads process.env or exits.
import { enableCompileCache, flushCompileCache } from 'node:module';
import { fileURLToPath } from 'node:url';
import { fileUrl } from './kernel/files.ts';

// A restarted bot is ready sooner when nothing is compiled again. A build brings the cache, which a read-only folder keeps.
enableCompileCache({
  directory: fileURLToPath(fileUrl('node_modules/.cache/llmgw')),
  portable: true,
});
// Only what is imported from here on is cached.
const [{ createApp }, { readConfig }, { toFault }, { guidanceText }] = await Promise.all([
  import('./app.ts'),
  import('./kernel/config.ts'),
  import('./kernel/errors.ts'),
  import('./kernel/guidance.ts'),
]);

try {
  const app = createApp(readConfig(process.env));
  let stopping = false;
  const stop = (): void => {
    // A second signal does not wait for the drain.
    if (stopping) process.exit(1);
    stopping = true;
    app.stop().then(
      () => process.exit(0),
      () => process.exit(1),
    );
  };
  process.on('SIGTERM', stop);
  process.on('SIGINT', stop);
  await app.start();
  flushCompileCache();
} catch (error) {
  const fault = toFault(error);
  process.stderr.write(`${fault.message}\n${guidanceText(fault.next ?? '')}\n`);
  process.exit(1);
}
