import { RE2JS, RE2JSException } from 're2js';

/** Characters a pattern may have. */
export const PATTERN_LENGTH_MAX = 200;
/**
 * Steps a compiled pattern may have. Time grows with steps times text: at this size, the longest
 * text takes some 30 ms.
 */
const PATTERN_STEPS_MAX = 500;
/** Characters of a fact that a pattern looks at. */
const TEXT_LENGTH_MAX = 1_000;
/** Compiled patterns that are kept. */
const KEPT_MAX = 1_000;

/** What is wrong with a pattern. */
export interface PatternProblem {
  readonly code: 'too_long' | 'invalid_pattern' | 'pattern_too_costly';
  readonly message: string;
}

/** Why a pattern may not be used; `null` if it may. */
export function patternProblem(pattern: string): PatternProblem | null {
  if (pattern.length > PATTERN_LENGTH_MAX) {
    return { code: 'too_long', message: `may have at most ${PATTERN_LENGTH_MAX} characters` };
  }
  const compiled = compile(pattern);
  if (compiled === null) {
    const message = 'is no RE2 pattern: look-around and back-references are not known';
    return { code: 'invalid_pattern', message };
  }
  if (compiled.programSize() <= PATTERN_STEPS_MAX) return null;
  const message = 'repeats too much: use smaller counts, or * and +';
  return { code: 'pattern_too_costly', message };
}

/**
 * Whether a text holds a match of a pattern, in either case of letters; `^` and `$` tie it to the
 * ends. Time is linear in the text, whatever the pattern. Only the first {@link TEXT_LENGTH_MAX}
 * characters are looked at.
 */
export function matchesPattern(pattern: string, text: string): boolean {
  return keptOrCompiled(pattern)?.test(text.slice(0, TEXT_LENGTH_MAX)) ?? false;
}

const kept = new Map<string, RE2JS | null>();

function keptOrCompiled(pattern: string): RE2JS | null {
  const known = kept.get(pattern);
  if (known !== undefined) return known;
  if (kept.size >= KEPT_MAX) kept.clear();
  const compiled = compile(pattern);
  kept.set(pattern, compiled);
  return compiled;
}

function compile(pattern: string): RE2JS | null {
  try {
    return RE2JS.compile(pattern, RE2JS.CASE_INSENSITIVE);
  } catch (error) {
    if (error instanceof RE2JSException) return null;
    throw error;
  }
}
