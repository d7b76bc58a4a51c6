// Safe cuts of texts. Pure.

const graphemes = new Intl.Segmenter(undefined, { granularity: 'grapheme' });
/** No character in real text is longer; a run of combining marks may be. */
const longestGrapheme = 64;

/**
 * The last place at or before `at` for a cut: between two characters as people see them, and outside an
 * entity or a link of Slack's; never within a surrogate pair. At least one code point is before it.
 */
export function safeCut(text: string, at: number): number {
  if (at >= text.length) return text.length;
  const desired = Math.max(1, at);
  const start = Math.max(0, desired - longestGrapheme);
  const near = text.slice(start, desired + longestGrapheme);
  const [entity] = /(?:&[a-z]{0,3}|<[^<>\s]{0,60})$/.exec(text.slice(start, desired)) ?? [''];
  const whole = graphemes.segment(near).containing(desired - start - entity.length);
  const cut = start + (whole?.index ?? desired - start);
  // Below half of the requested length, only whole code points are kept.
  if (cut > start && cut >= desired / 2) return cut;
  return isInsidePair(text, desired) ? desired - 1 || 2 : desired;
}

function isInsidePair(text: string, at: number): boolean {
  return /^[\uD800-\uDBFF][\uDC00-\uDFFF]$/.test(text.slice(at - 1, at + 1));
}

/** At most `max` UTF-16 units of the text, cut at a safe place. */
export function cutText(text: string, max: number): string {
  return text.slice(0, safeCut(text, max));
}

/** `1 request`, `1,200 requests`. */
export const plural = (count: number, noun: string): string =>
  `${count.toLocaleString('en-US')} ${noun}${count === 1 ? '' : 's'}`;

/** One line of at most `max` characters, with a visible sign of a cut. */
export function shorten(text: string, max: number): string {
  const line = text.replaceAll(/\s+/g, ' ').trim();
  return line.length <= max ? line : `${cutText(line, max - 1)}…`;
}

/** Maximum length of a typed word in a sentence. */
const quotedChars = 60;

/** A typed word as a quote in a sentence: cut, and in a code span that it cannot end. */
export function typedWord(word: string): string {
  return `\`${shorten(word.replaceAll('`', 'ˋ'), quotedChars)}\``;
}
