// Tests of the coverage list: existing tests and unmodified vendor clients.
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { coverage } from '../coverage.ts';

/** Patterns of a test's calls to a client that is not an npm package. */
const tools: Readonly<Record<string, RegExp>> = {
  kubectl: /\bkubectl\b.*\(/,
  helm: /\bhelm\b.*\(/,
  fetch: /\bfetch\b/,
};

const services = Object.entries(coverage);
/** Reads a file of the coverage list, relative to the root of the checkout. */
const read = (path: string): string =>
  readFileSync(new URL(`../../${path}`, import.meta.url), 'utf8');

describe.each(services)('%s', (_name, { clients, methods }) => {
  it('each method is listed once, and describes gaps exactly when it is partial', () => {
    const names = methods.map(({ method }) => method);
    expect(names.filter((name, index) => names.indexOf(name) !== index)).toEqual([]);
    const unclear = methods.filter(
      ({ state, missing }) => (state === 'partial') !== (missing !== undefined),
    );
    expect(unclear).toEqual([]);
    expect(methods.filter(({ follows }) => follows.length < 8)).toEqual([]);
  });

  it('each listed test file exists and contains expectations', () => {
    const files = new Set(methods.map(({ shownBy }) => shownBy));
    const empty = [...files].filter((file) => !/\bexpect\(/.test(read(file)));
    expect(empty).toEqual([]);
  });

  it('each service is tested with unmodified vendor clients', () => {
    expect(clients).not.toEqual([]);
    for (const { client, test } of clients) {
      const used = tools[client] ?? new RegExp(`'${client}[/']`);
      expect(read(test), `${test} uses ${client}`).toMatch(used);
    }
  });
});
