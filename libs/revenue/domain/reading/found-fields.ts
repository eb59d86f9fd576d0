import { type AliasField, type AliasMap, type AliasPlace } from './alias-map.js';
import { isUnreplaced } from './macros.js';
import { type SentValue, type Warning } from './parsed.js';

/** The fields of a report that mean something, by what they mean, the most telling name first. */
export interface FoundFields {
  readonly of: (field: AliasField) => readonly SentValue[];
  readonly warnings: readonly Warning[];
}

/** No value we look for is longer. */
const VALUE_LENGTH_MAX = 1_000;
/** What cleaning leaves as it is: the usual value, which this tells in a fifth of the time. */
const CLEAN = /^[!-~](?:[ -~]*[!-~])?$/;
/** They cannot be stored as text. */
const CONTROL = /[\u0000-\u001f\u007f]/g;

interface Found extends SentValue, AliasPlace {}

const NONE: readonly Found[] = [];

/**
 * Looks names up in the alias map. A name on a stronger level (earlier in `levels`) hides the same
 * name on a weaker one; within a level the last counts, with a warning. Values that were never
 * filled in are absent, with a warning, and hide nothing.
 */
export function foundFields(
  levels: readonly (readonly SentValue[])[],
  aliases: AliasMap,
): FoundFields {
  const warnings: Warning[] = [];
  const byKey = new Map<string, Found>();
  for (const level of levels) {
    if (level.length === 0) continue;
    for (const [key, found] of levelFields(level, aliases, warnings)) {
      if (!byKey.has(key)) byKey.set(key, found);
    }
  }
  const ranked = [...byKey.values()].sort((one, other) => one.rank - other.rank);
  const byField = Map.groupBy(ranked, ({ field }) => field);
  return { of: (field) => byField.get(field) ?? NONE, warnings };
}

function levelFields(
  level: readonly SentValue[],
  aliases: AliasMap,
  warnings: Warning[],
): Map<string, Found> {
  const byKey = new Map<string, Found>();
  for (const { name, value, isCompound } of level) {
    const place = aliases.placeOf(name);
    if (place === undefined) continue;
    const text = cleaned(value);
    const unusable = isCompound ? 'not_a_single_value' : reasonAgainst(text);
    const { key } = place;
    if (unusable !== null) warnings.push({ field: cleaned(name), code: unusable });
    if (unusable === null && byKey.has(key)) {
      warnings.push({ field: cleaned(name), code: 'repeated' });
    }
    if (unusable === null) byKey.set(key, { ...place, name: cleaned(name), value: text });
  }
  return byKey;
}

function reasonAgainst(text: string): string | null {
  if (isUnreplaced(text)) return 'unreplaced_macro';
  return text.length > VALUE_LENGTH_MAX ? 'too_long' : null;
}

/** One form for characters that look alike, and nothing that cannot be stored. */
function cleaned(value: string): string {
  if (CLEAN.test(value)) return value;
  return value.toWellFormed().normalize('NFKC').replace(CONTROL, '').trim();
}
