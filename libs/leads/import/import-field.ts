import {
  canonicalAttribution,
  canonicalConsentPart,
  canonicalField,
} from '../intake/field-aliases.js';

const CONTACT_FIELDS = [
  'phone',
  'name',
  'first_name',
  'last_name',
  'email',
  'address',
  'city',
  'state',
  'zip',
  'country',
  'geo',
  'dob',
  'source',
] as const;
const CONSENT_FIELDS = [
  'consent_timestamp',
  'consent_text_version',
  'source_url',
  'ip',
  'user_agent',
  'language',
] as const;

/** A field about the person or the lead. */
export type ContactField = (typeof CONTACT_FIELDS)[number];
/** A field of the evidence of consent. */
export type ConsentField = (typeof CONSENT_FIELDS)[number];

/** Where a column's values belong in a submission. */
export type ImportField =
  | { readonly group: 'contact'; readonly name: ContactField }
  | { readonly group: 'consent'; readonly name: ConsentField }
  | { readonly group: 'attribution'; readonly name: string };

/** The names a mapping may use, for messages. Any `utm_…` and `sub1` to `sub10` are fine too. */
export const IMPORT_FIELD_NAMES: readonly string[] = [
  ...CONTACT_FIELDS,
  ...CONSENT_FIELDS,
  ...['utm_source', 'utm_medium', 'utm_campaign', 'utm_term', 'utm_content'],
  ...['campaign', 'ad_id', 'click_id', 'gclid', 'fbclid', 'msclkid', 'sub1'],
];

/** What spreadsheets call a phone and forms do not. */
const SPREADSHEET_PHONES: ReadonlySet<string> = new Set([
  ...['cell', 'cellphone', 'cellnumber', 'mobilenumber', 'contactnumber', 'homephone', 'phoneno'],
]);
/** Names that mean consent inside a consent block, and anything else in a spreadsheet. */
const AMBIGUOUS: ReadonlySet<string> = new Set([
  'timestamp',
  'version',
  'textversion',
  'url',
  'text',
]);

/** The field a mapping names, spelt exactly; `null` if there is none of that name. */
export function importField(name: string): ImportField | null {
  const contact = CONTACT_FIELDS.find((field) => field === name);
  if (contact !== undefined) return { group: 'contact', name: contact };
  const consent = CONSENT_FIELDS.find((field) => field === name);
  if (consent !== undefined) return { group: 'consent', name: consent };
  return canonicalAttribution(name) === name ? { group: 'attribution', name } : null;
}

/**
 * The field a column's name suggests; `null` if none does.
 *
 * Consent is never guessed from a name that may mean something else: a wrong `Timestamp` would be
 * made evidence.
 */
export function guessField(column: string): ImportField | null {
  const plain = column.toLowerCase().replace(/[^a-z0-9]/g, '');
  if (SPREADSHEET_PHONES.has(plain)) return importField('phone');
  const name = canonicalField(plain) ?? consentPart(plain) ?? canonicalAttribution(column.trim());
  return name === null ? null : importField(name);
}

function consentPart(plain: string): string | null {
  const ofBlock = /^consent(.+)$/.exec(plain)?.[1];
  if (ofBlock !== undefined) return canonicalConsentPart(ofBlock) ?? canonicalConsentPart(plain);
  return AMBIGUOUS.has(plain) || plain === 'language' ? null : canonicalConsentPart(plain);
}
