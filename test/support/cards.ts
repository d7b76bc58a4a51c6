// Patterns over run cards.

/** A card of the runbook whose finished steps include this one: it lists only unfinished steps by title. */
export const stepDone = (runbook: string, title: string): RegExp =>
  new RegExp(`${runbook}: [^]*Done: [1-9]\\d* of \\d+(?![^]*${title})`);
