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
  /** ISO 3166 codes of the phone's country and of the one given; of neither where none is known. */
  readonly countries: readonly string[];
  /** Whether a state or country was given that nobody could read. */
  readonly isUnread: boolean;
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

/** The United States and its territories, as countries. */
const COUNTRIES: ReadonlySet<string> = new Set(['US', 'AS', 'GU', 'MP', 'PR', 'VI']);
const ZIP = /^((\d{3})\d{2})(-?\d{4})?$/;
/** No postal code of another country: a ZIP code without its leading zeros, or mere words. */
const CUT_ZIP = /^(\d{0,4}|\D*)$/;
const NOWHERE: Candidates = { zones: [], states: [] };

/**
 * Every zone a consumer may be in: those of the state, of the ZIP code and of the area code (CO-6).
 * A ZIP code narrows the zones of its own state only; it takes nothing away from what an area code
 * says. An area code of no place (toll-free, unknown) says nothing.
 *
 * A state, country or postal code that is not ours means that nothing is known: whoever gave it may
 * be anywhere. So does a state or country that nobody can read, even beside a ZIP code that is
 * plain: the two may disagree, and then both would count. A ZIP code that places nobody (cut short,
 * not in use) leaves what the state says, but is not made up for by an area code.
 *
 * The rules of the state apply, and of the states of ZIP and area code, where they differ.
 */
export function candidateZones(places: Places): Candidates {
  const zip = places.zip?.trim() ?? '';
  const named = namedStates(places);
  if (places.isUnread || isAbroad(places.countries, named, zip)) return NOWHERE;
  const zipArea = areaOfZip(zip);
  if (zip !== '' && zipArea === undefined && named.length === 0) return NOWHERE;
  const dialArea = dialAreas.get(places.areaCode ?? '');
  const wide = named.filter((state) => state !== zipArea?.state);
  return {
    zones: sorted([
      ...wide.flatMap((state) => STATE_ZONES[state] ?? []),
      ...(zipArea?.zones ?? []),
      ...(dialArea?.zones ?? []),
    ]),
    states: sorted([...named, zipArea?.state, dialArea?.state].filter((code) => code != null)),
  };
}

/** The state that was given, and territories given as a country. */
function namedStates({ state, countries }: Places): string[] {
  return [...(state === null ? [] : [state]), ...countries.filter((country) => country !== 'US')];
}

/** Whether any of it is, or may be, of a place whose hours are not known here. */
function isAbroad(countries: readonly string[], named: readonly string[], zip: string): boolean {
  const [, fiveDigits = '', prefix = ''] = ZIP.exec(zip) ?? [];
  return (
    countries.some((country) => !COUNTRIES.has(country)) ||
    named.some((state) => STATE_ZONES[state] === undefined) ||
    (fiveDigits === '' && !CUT_ZIP.test(zip)) ||
    unplacedZips.has(fiveDigits) ||
    unplacedZips.has(prefix)
  );
}

function areaOfZip(zip: string): Area | undefined {
  const [, fiveDigits = '', prefix = ''] = ZIP.exec(zip) ?? [];
  return zipAreas.get(fiveDigits) ?? zipAreas.get(prefix);
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
