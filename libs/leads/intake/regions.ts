/** US states, federal district, territories and Canadian provinces, by lower-case name. */
const CODE_BY_NAME: ReadonlyMap<string, string> = new Map(
  Object.entries({
    AL: 'alabama',
    AK: 'alaska',
    AZ: 'arizona',
    AR: 'arkansas',
    CA: 'california',
    CO: 'colorado',
    CT: 'connecticut',
    DE: 'delaware',
    DC: 'district of columbia',
    FL: 'florida',
    GA: 'georgia',
    HI: 'hawaii',
    ID: 'idaho',
    IL: 'illinois',
    IN: 'indiana',
    IA: 'iowa',
    KS: 'kansas',
    KY: 'kentucky',
    LA: 'louisiana',
    ME: 'maine',
    MD: 'maryland',
    MA: 'massachusetts',
    MI: 'michigan',
    MN: 'minnesota',
    MS: 'mississippi',
    MO: 'missouri',
    MT: 'montana',
    NE: 'nebraska',
    NV: 'nevada',
    NH: 'new hampshire',
    NJ: 'new jersey',
    NM: 'new mexico',
    NY: 'new york',
    NC: 'north carolina',
    ND: 'north dakota',
    OH: 'ohio',
    OK: 'oklahoma',
    OR: 'oregon',
    PA: 'pennsylvania',
    RI: 'rhode island',
    SC: 'south carolina',
    SD: 'south dakota',
    TN: 'tennessee',
    TX: 'texas',
    UT: 'utah',
    VT: 'vermont',
    VA: 'virginia',
    WA: 'washington',
    WV: 'west virginia',
    WI: 'wisconsin',
    WY: 'wyoming',
    AS: 'american samoa',
    GU: 'guam',
    MP: 'northern mariana islands',
    PR: 'puerto rico',
    VI: 'us virgin islands',
    AB: 'alberta',
    BC: 'british columbia',
    MB: 'manitoba',
    NB: 'new brunswick',
    NL: 'newfoundland and labrador',
    NS: 'nova scotia',
    NT: 'northwest territories',
    NU: 'nunavut',
    ON: 'ontario',
    PE: 'prince edward island',
    QC: 'quebec',
    SK: 'saskatchewan',
    YT: 'yukon',
  }).map(([code, name]) => [name, code]),
);
const CODES: ReadonlySet<string> = new Set(CODE_BY_NAME.values());

/**
 * Other ways to write them, in the form of {@link plain}: the abbreviations of newspapers and of the
 * Government Printing Office from before the two letters, and what people say. Only such as name
 * one place.
 */
const OTHER_NAMES: Readonly<Record<string, string>> = {
  AL: 'ala',
  AZ: 'ariz',
  AR: 'ark',
  CA: 'cal calif',
  CO: 'colo',
  CT: 'conn',
  DE: 'del',
  DC: 'washingtondc washdc washingtondistrictofcolumbia',
  FL: 'fla',
  IL: 'ill',
  IN: 'ind',
  KS: 'kan kans',
  MA: 'mass',
  MI: 'mich',
  MN: 'minn',
  MS: 'miss',
  MT: 'mont',
  NE: 'neb nebr',
  NV: 'nev',
  NM: 'nmex',
  NY: 'newyorkstate',
  NC: 'ncarolina',
  ND: 'ndak ndakota',
  OK: 'okla',
  OR: 'ore oreg',
  PA: 'penn penna',
  SC: 'scarolina',
  SD: 'sdak sdakota',
  TN: 'tenn',
  TX: 'tex',
  WA: 'wash washingtonstate',
  WV: 'wva wvirginia',
  WI: 'wis wisc',
  WY: 'wyo',
  MP: 'cnmi',
  VI: 'usvi virginislands',
};
const CODE_BY_KEY: ReadonlyMap<string, string> = new Map([
  ...[...CODE_BY_NAME].map(([name, code]) => [plain(name), code] as const),
  ...Object.entries(OTHER_NAMES).flatMap(([code, names]) =>
    names.split(' ').map((name) => [name, code] as const),
  ),
]);

/** The territories are states as well as countries. */
const TERRITORIES: ReadonlySet<string> = new Set(['AS', 'GU', 'MP', 'PR', 'VI']);
const COUNTRY_BY_KEY: ReadonlyMap<string, string> = new Map([
  ...['usa', 'unitedstates', 'unitedstatesofamerica'].map((name) => [name, 'US'] as const),
  ...['can', 'canada'].map((name) => [name, 'CA'] as const),
  ...[...CODE_BY_KEY].filter(([, code]) => TERRITORIES.has(code)),
]);

/**
 * The two-letter code of a state or province given by code, by name or as people shorten it,
 * whatever its dots, commas and spaces (`Calif.`, `Washington, D.C.`); `null` if unknown.
 */
export function readState(text: string): string | null {
  const key = plain(text);
  const code = key.toUpperCase();
  return CODES.has(code) ? code : (CODE_BY_KEY.get(key) ?? null);
}

/** ISO 3166 code of a country given by code or name; `null` if it is not one we know. */
export function readCountry(text: string): string | null {
  const key = plain(text);
  const known = COUNTRY_BY_KEY.get(key);
  if (known !== undefined) return known;
  return /^[a-z]{2}$/.test(key) ? key.toUpperCase() : null;
}

/** Lower case, without the dots, commas and spaces of which people are never sure. */
function plain(name: string): string {
  return name.toLowerCase().replace(/[\s.,]+/g, '');
}
