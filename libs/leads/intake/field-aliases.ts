/**
 * Other names under which senders give our fields: camelCase, other platforms, old forms (IN-3,
 * IN-18). Keys are compared lower-case, without `_`, `-`, `.` and spaces.
 */
const ALIASES = {
  phone: [
    'phone',
    'phonenumber',
    'phone1',
    'primaryphone',
    'mobile',
    'mobilephone',
    'telephone',
    'tel',
    'callerid',
  ],
  source: ['source', 'leadsource'],
  name: ['name', 'fullname'],
  first_name: ['firstname', 'fname', 'givenname'],
  last_name: ['lastname', 'lname', 'surname', 'familyname'],
  email: ['email', 'emailaddress'],
  geo: ['geo'],
  state: ['state', 'statecode', 'province', 'region'],
  country: ['country', 'countrycode'],
  zip: ['zip', 'zipcode', 'postalcode', 'postcode'],
  city: ['city', 'town'],
  address: ['address', 'address1', 'street', 'streetaddress'],
  dob: ['dob', 'dateofbirth', 'birthdate', 'birthday'],
  consent: ['consent'],
  custom_fields: ['customfields'],
  attribution: ['attribution'],
} as const;

const CONSENT_ALIASES = {
  consent_timestamp: ['consenttimestamp', 'timestamp', 'consentedat'],
  consent_text_version: ['consenttextversion', 'textversion', 'version'],
  source_url: ['sourceurl', 'url', 'pageurl', 'landingpage'],
  ip: ['ip', 'ipaddress'],
  user_agent: ['useragent'],
  language: ['language', 'text', 'consenttext'],
} as const;

/** Fields that describe where a lead came from, accepted at the top level too. */
const ATTRIBUTION =
  /^(utm_[a-z_]{1,40}|gclid|fbclid|msclkid|click_id|campaign|ad_id|sub([1-9]|10))$/;

/** Our names of a lead's fields, and the two that stand for several of them. */
export type FieldName = keyof typeof ALIASES;
type ConsentPart = keyof typeof CONSENT_ALIASES;

const TOP_LEVEL = invert(ALIASES);
const CONSENT = invert(CONSENT_ALIASES);

/** Our own names, so that most keys are found as they are, and the plain spelling of all others. */
function invert<Name extends string>(
  aliases: Readonly<Record<Name, readonly string[]>>,
): ReadonlyMap<string, Name> {
  const entries = Object.entries(aliases) as [Name, readonly string[]][];
  return new Map(
    entries.flatMap(([name, keys]) => [name, ...keys].map((key) => [key, name] as const)),
  );
}

function find<Name>(names: ReadonlyMap<string, Name>, key: string): Name | null {
  return names.get(key) ?? names.get(plain(key)) ?? null;
}

function plain(key: string): string {
  return key.toLowerCase().replace(/[_\-. ]/g, '');
}

/** Our name of a top-level key; `null` if it is none of ours. */
export function canonicalField(key: string): FieldName | null {
  return find(TOP_LEVEL, key);
}

/** Our name of a part of the consent block; `null` if it is none of ours. */
export function canonicalConsentPart(key: string): ConsentPart | null {
  return find(CONSENT, key);
}

const LOOSE_CONSENT: ReadonlySet<string> = new Set([
  'consenttimestamp',
  'consenttextversion',
  'sourceurl',
]);

/** Our name of a consent part that stands beside the lead's own fields; `null` if it is none. */
export function looseConsentPart(key: string): ConsentPart | null {
  return LOOSE_CONSENT.has(plain(key)) ? canonicalConsentPart(key) : null;
}

/** Our name of an attribution field (`utm_source`, `utmSource`, …); `null` if it is none. */
export function canonicalAttribution(key: string): string | null {
  if (ATTRIBUTION.test(key)) return key;
  const name = key.replace(/([a-z])([A-Z])/g, '$1_$2').toLowerCase();
  return ATTRIBUTION.test(name) ? name : null;
}
