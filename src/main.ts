// Entry point: the only file that reads process.env or exits.
import { enableCompileCache, flushCompileCache } from 'node:module';
import { fileURLToPath } from 'node:url';
import { fileUrl } from './kernel/files.ts';

// A compile cache makes a restarted bot ready sooner. A build includes the cache, which works in a read-only folder.
enableCompileCache({
  directory: fileURLToPath(fileUrl('node_modules/.cache/llmgw')),
  portable: true,
});
// The cache covers only later imports.
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
