// Abort signal of Ctrl-C, shared by everything that waits.

/** Aborts at the first Ctrl-C, so that every process stops in order; the second exits at once. */
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
