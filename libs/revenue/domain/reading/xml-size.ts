/** Deeper documents are nobody's report. */
export const DEPTH_MAX = 20;
/**
 * Each takes some 10 µs of a processor; 500 reports of ten fields are fewer, and leave 10
 * characters of a request to each.
 */
const ELEMENTS_MAX = 6_000;

/** With its attributes, which may hold what ends a tag. */
const TAG = /<[^"'<>]*(?:"[^"]*"[^"'<>]*|'[^']*'[^"'<>]*)*>/y;
/** What is no element, and how it ends. */
const PASSED_OVER = [
  ['<!--', '-->'],
  ['<![CDATA[', ']]>'],
  ['<?', '?>'],
] as const;

/**
 * Whether a document would take longer to parse than it is worth: a parser looks at all that is
 * around an element, so that one nested deeply takes up to ten times as long as any other. Of a
 * broken one only what comes before the break is looked at. In one pass.
 */
export function isTooLarge(text: string): boolean {
  let [depth, elements] = [0, 0];
  for (let at = text.indexOf('<'); at !== -1; at = text.indexOf('<', at)) {
    const [begin, end] = PASSED_OVER.find(([first]) => text.startsWith(first, at)) ?? [];
    if (end === undefined) {
      TAG.lastIndex = at;
      if (!TAG.test(text)) return false;
      const closes = text.charAt(at + 1) === '/';
      at = TAG.lastIndex;
      if (!closes) elements += 1;
      if (closes) depth -= 1;
      else if (text.charAt(at - 2) !== '/') depth += 1;
      if (depth > DEPTH_MAX || elements > ELEMENTS_MAX) return true;
    } else {
      const ends = text.indexOf(end, at + begin.length);
      if (ends === -1) return false;
      at = ends + end.length;
    }
  }
  return false;
}
