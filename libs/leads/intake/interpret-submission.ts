import { type ConsentEvidence, type PhoneFacts } from '../domain/lead.events.js';
import { cleanJson, cleanText } from './clean-text.js';
import { isCalendarDay } from './calendar-day.js';
import { readConsent } from './consent.js';
import { type ConsentSubmission, type LeadSubmission } from './lead-submission.js';
import { readPhone, unusablePhone } from './phone.js';
import { type SubmissionWarning, validationFailed } from './read-submission.js';
import { readCountry, readState } from './regions.js';

/** Everything about a person; sealed before it goes anywhere. */
export interface PersonalData {
  readonly phone: string;
  readonly phone_extension?: string;
  readonly phone_raw: string;
  readonly first_name?: string;
  readonly last_name?: string;
  readonly email?: string;
  readonly address?: string;
  readonly city?: string;
  readonly zip?: string;
  readonly dob?: string;
  readonly state_raw?: string;
  readonly custom_fields?: Readonly<Record<string, unknown>>;
  readonly attribution?: Readonly<Record<string, string>>;
  readonly consent?: ConsentPersonalData;
}

/** The personal side of consent evidence, with whatever else the block held. */
export interface ConsentPersonalData {
  readonly source_url?: string;
  readonly ip?: string;
  readonly user_agent?: string;
  readonly language?: string;
  readonly [evidence: string]: unknown;
}

/** A submission, understood. */
export interface InterpretedSubmission {
  readonly e164: string;
  readonly phone: PhoneFacts;
  readonly source: string | null;
  readonly state: string | null;
  readonly country: string | null;
  readonly campaign: Readonly<Record<string, string>>;
  readonly consent: ConsentEvidence | null;
  readonly warnings: readonly SubmissionWarning[];
  readonly personal: PersonalData;
}

/** Attribution that says where, not who: kept in the clear for reports. */
const CAMPAIGN = /^(utm_.*|campaign)$/;
const CAMPAIGN_NAME_LENGTH_MAX = 100;
const CAMPAIGN_LENGTH_MAX = 500;
const EMAIL = /^[^\s@]+@[^\s@]+\.[^\s@]+$/;
const POSTAL_CODE = /^(\d{5}(-?\d{4})?|[A-Z]\d[A-Z] ?\d[A-Z]\d)$/i;
const AMERICAN_DATE = /^(\d{1,2})\/(\d{1,2})\/(\d{4})$/;

/**
 * What a well-formed submission means. Only an unusable phone is refused (`invalid_phone`); any
 * other value that makes no sense is kept as it came, with a warning (IN-3).
 */
export function interpretSubmission(
  submission: LeadSubmission,
  countries: readonly string[],
): InterpretedSubmission {
  const phone = readPhone(submission.phone, countries);
  if (!phone.ok) throw validationFailed([unusablePhone(phone)]);
  const state = submission.state === undefined ? null : readState(submission.state);
  const country = submission.country === undefined ? null : readCountry(submission.country);
  const dob = submission.dob === undefined ? null : readDate(submission.dob);
  const { campaign, rest } = readAttribution(submission.attribution);
  return {
    e164: phone.e164,
    phone: phone.facts,
    source: presentOrNull(submission.source),
    state,
    country,
    campaign,
    consent: readConsent(submission.consent),
    warnings: warningsOf(submission, { state, country, dob }),
    personal: {
      phone: phone.e164,
      phone_raw: submission.phone,
      ...present({
        phone_extension: phone.extension ?? undefined,
        first_name: submission.first_name,
        last_name: submission.last_name,
        email: submission.email?.toLowerCase(),
        address: submission.address,
        city: submission.city,
        zip: submission.zip,
        dob: dob ?? submission.dob,
        state_raw: state === null ? submission.state : undefined,
        custom_fields: nonEmpty(cleanJson(submission.custom_fields) as Record<string, unknown>),
        attribution: nonEmpty(rest),
        consent: nonEmpty(consentPersonal(submission.consent)),
      }),
    },
  };
}

/** The personal side of a submission's consent block. */
export function consentPersonal(consent: ConsentSubmission | undefined): ConsentPersonalData {
  if (consent === undefined) return {};
  const { source_url, ip, user_agent, language, evidence } = consent;
  const further = cleanJson(evidence ?? {}) as Readonly<Record<string, unknown>>;
  return { ...further, ...present({ source_url, ip, user_agent, language }) };
}

function warningsOf(
  { state, country, email, zip, dob }: LeadSubmission,
  read: { readonly [Field in 'state' | 'country' | 'dob']: string | null },
): SubmissionWarning[] {
  const warnings: SubmissionWarning[] = [];
  const check = (
    field: string,
    text: string | undefined,
    isUnderstood: (text: string) => boolean,
  ) => {
    if (text === undefined || text === '' || isUnderstood(text)) return;
    warnings.push({ field, code: `${field}_not_understood` });
  };
  check('state', state, () => read.state !== null);
  check('country', country, () => read.country !== null);
  if (read.state === 'CA' && read.country === 'CA') {
    warnings.push({ field: 'state', code: 'state_or_country' });
  }
  check('email', email, (text) => EMAIL.test(text));
  check('zip', zip, (text) => POSTAL_CODE.test(text));
  check('dob', dob, () => read.dob !== null);
  return warnings;
}

/** `YYYY-MM-DD` from that or from `MM/DD/YYYY`; `null` if it is no date. */
function readDate(text: string): string | null {
  const [, month = '', day = '', year = ''] = AMERICAN_DATE.exec(text) ?? [];
  const iso = year === '' ? text : `${year}-${month.padStart(2, '0')}-${day.padStart(2, '0')}`;
  return isCalendarDay(iso) ? iso : null;
}

/** Values as text, those that say where apart from those that say who. */
function readAttribution(fields: Readonly<Record<string, unknown>> = {}) {
  const campaign: [string, string][] = [];
  const rest: [string, string][] = [];
  for (const [key, value] of Object.entries(fields)) {
    if (value === null || value === '') continue;
    const name = cleanText(key).slice(0, CAMPAIGN_NAME_LENGTH_MAX).toWellFormed();
    const text = cleanText(typeof value === 'string' ? value : JSON.stringify(value));
    if (CAMPAIGN.test(name))
      campaign.push([name, text.slice(0, CAMPAIGN_LENGTH_MAX).toWellFormed()]);
    else rest.push([name, text]);
  }
  return { campaign: Object.fromEntries(campaign), rest: Object.fromEntries(rest) };
}

function presentOrNull(text: string | undefined): string | null {
  return text === undefined || text === '' ? null : text;
}

function nonEmpty<T extends object>(value: T | undefined): T | undefined {
  return value === undefined || Object.keys(value).length === 0 ? undefined : value;
}

/** An object without its undefined and empty values. */
function present<T extends Record<string, unknown>>(
  fields: T,
): { [Name in keyof T]?: Exclude<T[Name], undefined> } {
  const kept: Partial<T> = {};
  for (const name of Object.keys(fields) as (keyof T)[]) {
    if (fields[name] !== undefined && fields[name] !== '') kept[name] = fields[name];
  }
  return kept as { [Name in keyof T]?: Exclude<T[Name], undefined> };
}
