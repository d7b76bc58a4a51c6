// Timeout that counts only the running time of this process.

const tickMs = 250;

/**
 * The timers of a suspended process expire when it resumes, before it reads a response that arrived in between;
 * calls with a response would be repeated.
 * @returns `end` stops the timer.
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
