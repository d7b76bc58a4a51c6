// What the sandbox says it imitates is shown: by tests that are there, and by clients as their vendors ship them.
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { coverage } from '../coverage.ts';

/** How a test speaks to a client that is no package of npm's. */
const tools: Readonly<Record<string, RegExp>> = {
  kubectl: /\bkubectl\b.*\(/,
  helm: /\bhelm\b.*\(/,
  fetch: /\bfetch\b/,
};

const services = Object.entries(coverage);
/** Of a file that the coverage names, from the root of the checkout. */
const read = (path: string): string =>
  readFileSync(new URL(`../../${path}`, import.meta.url), 'utf8');

describe.each(services)('%s', (_name, { clients, methods }) => {
  it('names each method once, with what is missing exactly where it is partial', () => {
    const names = methods.map(({ method }) => method);
    expect(names.filter((name, index) => names.indexOf(name) !== index)).toEqual([]);
    const unclear = methods.filter(
      ({ state, missing }) => (state === 'partial') !== (missing !== undefined),
    );
    expect(unclear).toEqual([]);
    expect(methods.filter(({ follows }) => follows.length < 8)).toEqual([]);
  });

  it('names tests that are there and expect something', () => {
    const files = new Set(methods.map(({ shownBy }) => shownBy));
    const empty = [...files].filter((file) => !/\bexpect\(/.test(read(file)));
    expect(empty).toEqual([]);
  });

  it('is driven by clients as their vendors ship them', () => {
    expect(clients).not.toEqual([]);
    for (const { client, test } of clients) {
      const used = tools[client] ?? new RegExp(`'${client}[/']`);
      expect(read(test), `${test} uses ${client}`).toMatch(used);
    }
  });
});
