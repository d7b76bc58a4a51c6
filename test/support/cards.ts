// Patterns over run cards.

/** A card whose finished steps include this one: it lists only the steps that are unfinished, by title. */
export const stepDone = (title: string): RegExp =>
  new RegExp(`Done: [1-9]\\d* of \\d+(?![^]*${title})`);
