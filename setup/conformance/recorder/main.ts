// Entry of the recorder process: checks of one side, each reported at its end.
import type { FromRecorder, ToRecorder } from './messages.ts';
import { record } from './record.ts';

const stopped = new AbortController();
const tell = (message: FromRecorder): void => void process.send?.(message);

// Ctrl-C reaches the whole process group; the command decides when this process stops.
process.on('SIGINT', () => undefined);
// Without the command nobody gets the findings, but a throw-away gateway must still be removed.
process.on('disconnect', () => stopped.abort(new Error('The command has ended.')));
// A bug of the kit must not leave the throw-away gateway behind either.
process.on('uncaughtException', (error) => {
  tell({ type: 'refused', message: `The recorder failed (${error.name}).` });
  stopped.abort(error);
});
process.on('message', (message: ToRecorder) => {
  if (message.type === 'stop') stopped.abort(new Error('Stopped.'));
  else void start(message);
});

async function start({ order }: Extract<ToRecorder, { readonly type: 'start' }>): Promise<void> {
  await record(order, tell, stopped.signal);
  if (!process.connected) process.exit(1);
  process.send?.({ type: 'done' } satisfies FromRecorder, () => process.exit(0));
}
