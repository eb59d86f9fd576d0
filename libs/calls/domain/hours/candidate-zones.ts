import { AREA_CODE_ZONES, AREA_CODES } from './area-codes.data.js';
import { STATE_ZONES } from './state-zones.data.js';
import { UNPLACED_ZIP_CODES, ZIP_PREFIX_ZONES, ZIP_PREFIXES } from './zip-prefixes.data.js';

/** What is known of where a consumer is. */
export interface Places {
  /** Two-letter code, as given. */
  readonly state: string | null;
  /** ZIP code, as given. */
  readonly zip: string | null;
  /** Three digits of the phone. */
  readonly areaCode: string | null;
  /** ISO 3166 code of the phone's country. */
  readonly country: string | null;
}

/** Where a consumer may be. */
export interface Candidates {
  /** IANA zones, in alphabetical order. None: nothing is known, and nobody may be called. */
  readonly zones: readonly string[];
  /** States whose rules apply, in alphabetical order. */
  readonly states: readonly string[];
}

interface Area {
  readonly state: string;
  readonly zones: readonly string[];
}

/** The United States and its territories, as countries of phone numbers. */
const COUNTRIES: ReadonlySet<string> = new Set(['US', 'AS', 'GU', 'MP', 'PR', 'VI']);
const ZIP = /^((\d{3})\d{2})(-?\d{4})?$/;
const NOWHERE: Candidates = { zones: [], states: [] };

/**
 * Every zone a consumer may be in: those of the state, of the ZIP code and of the area code (CO-6).
 * A ZIP code narrows the zones of its own state only; it takes nothing away from what an area code
 * says. A code of no place (toll-free, unknown) says nothing. A state or country that is not ours
 * means that nothing is known: whoever gave it may be anywhere.
 *
 * The rules of the state apply, and of the states of ZIP and area code, where they differ.
 */
export function candidateZones({ state, zip, areaCode, country }: Places): Candidates {
  if (country !== null && !COUNTRIES.has(country)) return NOWHERE;
  if (state !== null && STATE_ZONES[state] === undefined) return NOWHERE;
  const [, fiveDigits = '', prefix = ''] = ZIP.exec(zip?.trim() ?? '') ?? [];
  if (unplacedZips.has(fiveDigits) || unplacedZips.has(prefix)) return NOWHERE;
  const zipArea = zipAreas.get(fiveDigits) ?? zipAreas.get(prefix);
  const dialArea = dialAreas.get(areaCode ?? '');
  const stateZones = state === null || zipArea?.state === state ? [] : STATE_ZONES[state];
  return {
    zones: sorted([...(stateZones ?? []), ...(zipArea?.zones ?? []), ...(dialArea?.zones ?? [])]),
    states: sorted([state, zipArea?.state, dialArea?.state].filter((code) => code != null)),
  };
}

function sorted(words: readonly string[]): string[] {
  return [...new Set(words)].sort();
}

/** `'010-012 055'` is 010, 011, 012 and 055. */
function codesOf(ranges: string): string[] {
  return ranges.split(' ').flatMap((range) => {
    const [first = '', last = first] = range.split('-');
    return Array.from({ length: Number(last) - Number(first) + 1 }, (_, index) =>
      String(Number(first) + index).padStart(3, '0'),
    );
  });
}

function areasByCode(
  codesByState: Readonly<Record<string, string>>,
  zonesByCode: ReadonlyMap<string, readonly string[]>,
): ReadonlyMap<string, Area> {
  return new Map(
    Object.entries(codesByState).flatMap(([state, ranges]) =>
      codesOf(ranges).map((code) => [
        code,
        { state, zones: zonesByCode.get(code) ?? STATE_ZONES[state] ?? [] },
      ]),
    ),
  );
}

const unplacedZips: ReadonlySet<string> = new Set(codesOf(UNPLACED_ZIP_CODES));
const zipAreas = areasByCode(
  ZIP_PREFIXES,
  new Map(
    ZIP_PREFIX_ZONES.flatMap(({ zones, prefixes }) =>
      codesOf(prefixes).map((prefix) => [prefix, zones] as const),
    ),
  ),
);
const dialAreas = areasByCode(
  AREA_CODES,
  new Map(
    AREA_CODE_ZONES.flatMap(({ zones, codes }) =>
      codesOf(codes).map((code) => [code, zones] as const),
    ),
  ),
);
