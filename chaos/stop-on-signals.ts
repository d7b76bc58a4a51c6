// Ctrl-C ends all that was started: one signal for everything that waits.

/** Aborts at the first Ctrl-C, so that every process is ended in order; the second does not wait. */
export function stopOnSignals(): AbortSignal {
  const stopped = new AbortController();
  for (const name of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
    process.on(name, () => {
      if (stopped.signal.aborted) process.exit(130);
      stopped.abort();
    });
  }
  return stopped.signal;
}
