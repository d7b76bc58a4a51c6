// A timeout that counts only the time in which this process ran.

const tickMs = 250;

/**
 * A process that stood still finds its timers over when it goes on, before it reads the answer that has come meanwhile;
 * calls that were answered would be made again.
 * @returns `end` stops the count.
 */
export function awakeTimeout(ms: number): { readonly signal: AbortSignal; end(): void } {
  const controller = new AbortController();
  let left = Math.ceil(ms / tickMs);
  const timer = setInterval(() => {
    left -= 1;
    if (left > 0) return;
    clearInterval(timer);
    controller.abort(new DOMException('Slack did not answer in time', 'TimeoutError'));
  }, tickMs);
  return { signal: controller.signal, end: () => clearInterval(timer) };
}
