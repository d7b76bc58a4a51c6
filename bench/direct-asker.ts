// Baseline for the bot: a streaming fetch of the gateway in a separate thread.
import { parentPort, Worker } from 'node:worker_threads';
import { createParser } from 'eventsource-parser';

export interface DirectAsk {
  readonly url: string;
  readonly key: string;
  readonly body: string;
}

export interface DirectAnswer {
  /** From the request to the first text, ms. */
  readonly firstMs: number;
  /** From the request to the last event, ms. */
  readonly lastMs: number;
  readonly text: string;
}

export interface DirectAsker {
  /** All at once. */
  ask(what: readonly DirectAsk[]): Promise<DirectAnswer[]>;
  stop(): Promise<unknown>;
}

export function startDirectAsker(): DirectAsker {
  const worker = new Worker(new URL(import.meta.url));
  return {
    ask: (what) =>
      new Promise((resolve, reject) => {
        worker.once('message', (told: readonly DirectAnswer[] | { readonly error: string }) =>
          'error' in told ? reject(new Error(told.error)) : resolve([...told]),
        );
        worker.postMessage(what);
      }),
    stop: () => worker.terminate(),
  };
}

interface Chunk {
  readonly choices: readonly { readonly text?: string }[];
}

async function ask({ url, key, body }: DirectAsk): Promise<DirectAnswer> {
  const from = performance.now();
  const headers = { 'content-type': 'application/json', 'x-api-key': key };
  const response = await fetch(url, { method: 'POST', headers, body });
  if (!response.ok) throw new Error(`The gateway answered ${response.status} to a direct request.`);
  let text = '';
  let firstMs: number | undefined;
  let lastMs: number | undefined;
  const parser = createParser({
    onEvent: ({ data }) => {
      if (data === '[DONE]') {
        lastMs = performance.now() - from;
        return;
      }
      const added = (JSON.parse(data) as Chunk).choices[0]?.text ?? '';
      if (added !== '') firstMs ??= performance.now() - from;
      text += added;
    },
  });
  const decoder = new TextDecoder();
  for await (const bytes of response.body ?? []) {
    parser.feed(decoder.decode(bytes, { stream: true }));
  }
  if (firstMs === undefined || lastMs === undefined) throw new Error('A direct answer was cut.');
  return { firstMs, lastMs, text };
}

parentPort?.on('message', (what: readonly DirectAsk[]) => {
  Promise.all(what.map(ask)).then(
    (answers) => parentPort?.postMessage(answers),
    (error: unknown) => parentPort?.postMessage({ error: String(error) }),
  );
});
