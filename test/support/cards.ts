// Patterns over run cards.

/** A card with this step finished: cards list only unfinished steps by title. */
export const stepDone = (runbook: string, title: string): RegExp =>
  new RegExp(`${runbook}: [^]*Done: [1-9]\\d* of \\d+(?![^]*${title})`);
