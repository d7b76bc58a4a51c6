// A schema case: a spec of a kind and the first expected error.
export type Verdict = 'valid' | 'unknown field' | 'schema' | 'rule';

/** `old`: the previous spec, for transition rules. */
export type Case = readonly [
  kind: string,
  what: string,
  spec: object,
  verdict: Verdict,
  old?: object,
];
