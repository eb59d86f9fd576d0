/**
 * First three digits of the ZIP codes of every state, as ranges; American Samoa has a single one
 * among Hawaii's. Where a prefix serves two states (063, 205, 834, 969 …), the one with most of
 * its ZIP codes. Source: USPS, ZIP codes by
 * three-digit prefix, compared with GeoNames (November 2026). Prefixes not named are not in use.
 */
export const ZIP_PREFIXES: Readonly<Record<string, string>> = {
  AK: '995-999',
  AL: '350-352 354-369',
  AR: '716-729',
  AS: '96799',
  AZ: '850-853 855-857 859-860 863-865',
  CA: '900-908 910-928 930-961',
  CO: '800-816',
  CT: '060-069',
  DC: '200 202-205 569',
  DE: '197-199',
  FL: '320-339 341-342 344 346-347 349',
  GA: '300-319 398-399',
  GU: '969',
  HI: '967-968',
  IA: '500-516 520-528',
  ID: '832-838',
  IL: '600-620 622-629',
  IN: '460-479',
  KS: '660-662 664-679',
  KY: '400-418 420-427',
  LA: '700-701 703-708 710-714',
  MA: '010-027 055',
  MD: '206-212 214-219',
  ME: '039-049',
  MI: '480-499',
  MN: '550-551 553-567',
  MO: '630-631 633-641 644-658',
  MS: '386-397',
  MT: '590-599',
  NC: '270-289',
  ND: '580-588',
  NE: '680-681 683-693',
  NH: '030-038',
  NJ: '070-089',
  NM: '870-871 873-884',
  NV: '889-891 893-895 897-898',
  NY: '005 100-149',
  OH: '430-459',
  OK: '730-731 734-741 743-749',
  OR: '970-979',
  PA: '150-196',
  PR: '006-007 009',
  RI: '028-029',
  SC: '290-299',
  SD: '570-577',
  TN: '370-385',
  TX: '733 750-770 772-799 885',
  UT: '840-847',
  VA: '201 220-246',
  VI: '008',
  VT: '050-054 056-059',
  WA: '980-986 988-994',
  WI: '530-532 534-535 537-549',
  WV: '247-268',
  WY: '820-831',
};

/**
 * ZIP codes, as prefixes or whole, that tell nothing about local time: those of the armed forces,
 * and of Palau, Micronesia and the Marshall Islands, which only share our mail.
 */
export const UNPLACED_ZIP_CODES = '090-098 340 962-966 96939-96944 96960 96970';

/**
 * Zones of the prefixes of split states, and of those few elsewhere that reach over a border:
 * where at least one ZIP code of a prefix is, or may be, in a zone, the prefix has that zone.
 * Judged by the places of the ZIP codes in GeoNames and the census, and the borders of the tz
 * database; in Alabama (368), zones as kept there, which are not the lawful ones everywhere.
 */
export const ZIP_PREFIX_ZONES: readonly {
  readonly zones: readonly string[];
  readonly prefixes: string;
}[] = [
  { zones: ['America/Adak', 'America/Anchorage'], prefixes: '995' },
  { zones: ['America/Anchorage'], prefixes: '996-999' },
  {
    zones: ['America/Chicago'],
    prefixes:
      '325 370-372 375 380-385 420-424 463-464 476-477 570-574 580-584 587 660-662 ' +
      '664-676 679-681 683-689 733 750-770 772-797',
  },
  {
    zones: ['America/Chicago', 'America/Denver'],
    prefixes: '575-576 585-586 588 677-678 690-692 798',
  },
  {
    zones: ['America/Chicago', 'America/New_York'],
    prefixes: '324 368 373-374 377 401 426-427 465 469 475 479 498-499',
  },
  { zones: ['America/Denver'], prefixes: '577 693 799 832-834 836-837 885' },
  { zones: ['America/Denver', 'America/Los_Angeles'], prefixes: '835 898 979' },
  { zones: ['America/Denver', 'America/Phoenix'], prefixes: '860 865' },
  { zones: ['America/Los_Angeles'], prefixes: '838 970-978' },
  {
    zones: ['America/New_York'],
    prefixes:
      '320-323 326-339 341-342 344 346-347 349 376 378-379 400 402-418 425 460-462 ' +
      '466-468 470-474 478 480-497',
  },
  { zones: ['America/Phoenix'], prefixes: '850-853 855-857 859 863-864' },
];
