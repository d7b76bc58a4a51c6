// A free loopback address for each gateway of each sandbox.
import { createServer } from 'node:net';

export type FoundAddress =
  | { readonly ok: true; readonly address: string }
  | { readonly ok: false; readonly port: number; readonly code: string };

/** Start of the search: spread by the seed, so that two sandboxes seldom try the same. */
function candidate(seed: string, attempt: number): string {
  let mixed = 0x811c9dc5;
  for (const character of `${seed}/${attempt}`) {
    mixed = Math.imul(mixed ^ (character.codePointAt(0) ?? 0), 0x01000193) >>> 0;
  }
  const part = (shift: number): number => 1 + ((mixed >>> shift) % 253);
  return `127.${part(0)}.${part(8)}.${part(16)}`;
}

/** @param seed names the gateway and its sandbox. Tries several addresses; reports the last error. */
export async function findAddress(seed: string, ports: readonly number[]): Promise<FoundAddress> {
  let failure: FoundAddress = { ok: false, port: ports[0] ?? 80, code: 'EADDRINUSE' };
  for (let attempt = 0; attempt < 40; attempt += 1) {
    const address = candidate(seed, attempt);
    const problems = await Promise.all(ports.map((port) => tryPort(address, port)));
    const at = problems.findIndex((code) => code !== undefined);
    if (at < 0) return { ok: true, address };
    failure = { ok: false, port: ports[at] ?? 80, code: problems[at] ?? 'EADDRINUSE' };
    if (failure.code !== 'EADDRINUSE') return failure;
  }
  return failure;
}

/** The system's error code when the address cannot be used. */
function tryPort(address: string, port: number): Promise<string | undefined> {
  return new Promise((resolve) => {
    const server = createServer();
    server.once('error', (error: NodeJS.ErrnoException) => resolve(error.code ?? error.message));
    server.listen({ host: address, port, exclusive: true }, () =>
      server.close(() => resolve(undefined)),
    );
  });
}
