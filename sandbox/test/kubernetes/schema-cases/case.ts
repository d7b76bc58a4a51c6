// One row of the tables: a spec of a kind, and what stands in its way first.
export type Verdict = 'valid' | 'unknown field' | 'schema' | 'rule';

/** `old`: the spec before, for rules that compare. */
export type Case = readonly [
  kind: string,
  what: string,
  spec: object,
  verdict: Verdict,
  old?: object,
];
