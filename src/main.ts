// Entry: environment -> config -> app -> start; drains on SIGTERM. The only file that reads process.env or exits.
import { createApp } from './app.ts';
import { readConfig } from './config.ts';
import { toFault } from './errors.ts';

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
} catch (error) {
  const fault = toFault(error);
  process.stderr.write(`${fault.message}\n${fault.next ?? ''}\n`);
  process.exit(1);
}
