// Typed confirmation of actions that cost money or delete.
import { createInterface } from 'node:readline';
import type { Readable, Writable } from 'node:stream';

/** @returns whether the typed line is exactly the word; false if the input ends first. */
export async function confirm(
  question: string,
  word: string,
  { input, output }: { readonly input: Readable; readonly output: Writable },
): Promise<boolean> {
  output.write(question);
  const lines = createInterface({ input, terminal: false });
  try {
    for await (const line of lines) return line.trim() === word;
    return false;
  } finally {
    lines.close();
  }
}
