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
const COUNTRIES: ReadonlyMap<string, string> = new Map([
  ...(['US', 'USA', 'united states', 'united states of america'] as const).map(
    (name) => [name.toLowerCase(), 'US'] as const,
  ),
  ...(['CAN', 'canada'] as const).map((name) => [name.toLowerCase(), 'CA'] as const),
]);

/** The two-letter code of a state or province given by code or full name; `null` if unknown. */
export function readState(text: string): string | null {
  const code = text.trim().toUpperCase();
  return CODES.has(code) ? code : (CODE_BY_NAME.get(text.trim().toLowerCase()) ?? null);
}

/** ISO 3166 code of a country given by code or name; `null` if it is not one we know. */
export function readCountry(text: string): string | null {
  const trimmed = text.trim();
  const known = COUNTRIES.get(trimmed.toLowerCase());
  if (known !== undefined) return known;
  return /^[A-Z]{2}$/i.test(trimmed) ? trimmed.toUpperCase() : null;
}
