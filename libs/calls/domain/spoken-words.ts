const APOSTROPHES = /['’‘`´]/g;
const CLAUSE_ENDS = /[.,;:!?\n]+|\bbut\b/u;
const WORDS = /[\p{L}\p{N}]+/gu;

/**
 * What was said as clauses of plain words: lower case, apostrophes closed up (`don't` is `dont`),
 * and nothing but letters and digits. A clause ends with a punctuation mark or at `but`.
 */
export function clausesOf(speech: string): string[][] {
  const plain = speech.normalize('NFKC').toLowerCase().replace(APOSTROPHES, '');
  return plain
    .split(CLAUSE_ENDS)
    .map((clause) => clause.match(WORDS) ?? [])
    .filter((words) => words.length > 0);
}

/** All words that were said, in order, as {@link clausesOf} spells them. */
export function wordsOf(speech: string): string[] {
  return clausesOf(speech).flat();
}
