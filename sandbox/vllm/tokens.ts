// A simple tokenizer with reversible pieces and realistic counts.

/** Words longer than this are cut, as in real vocabularies for rare words. */
const longestPiece = 8;

export function tokenize(text: string): string[] {
  const pieces = text.match(/ ?\p{L}+| ?\p{N}{1,3}| ?[^\s\p{L}\p{N}]|\s+/gu) ?? [];
  return pieces.flatMap((piece) => {
    const cut: string[] = [];
    const characters = Array.from(piece);
    for (let at = 0; at < characters.length; at += longestPiece) {
      cut.push(characters.slice(at, at + longestPiece).join(''));
    }
    return cut;
  });
}
