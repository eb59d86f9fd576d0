import { DomainError, type FieldError } from '#libs/kernel';
import { validateSync, type ValidationError } from 'class-validator';
import { type LeadEvent } from '../domain/lead.events.js';
import {
  canonicalAttribution,
  canonicalConsentPart,
  canonicalField,
  type FieldName,
  looseConsentPart,
} from './field-aliases.js';
import { readConsent } from './consent.js';
import { keepsDeclaredRules } from './declared-rules.js';
import { readPhone, unusablePhone } from './phone.js';
import { ConsentSubmission, LeadSubmission } from './lead-submission.js';
import { cleanText } from './clean-text.js';
import { readCountry, readState } from './regions.js';

const CUSTOM_FIELDS_MAX = 100;
const MESSAGES: Readonly<Record<string, string>> = {
  isString: 'must be text',
  isObject: 'must be an object',
  nestedValidation: 'must be an object',
};

/** A value that made no sense and was kept as it came. */
export type SubmissionWarning = Extract<
  LeadEvent,
  { type: 'LeadReceived' }
>['data']['warnings'][number];

type Fields = Record<string, unknown>;

/** Of all two letters only these are rather a country than a state. */
const GEO_COUNTRIES: ReadonlySet<string> = new Set(['US', 'CA']);

/**
 * Turns whatever was posted (JSON, form or CSV row; any of the known spellings) into our fields.
 *
 * Throws `validation_failed` naming every field of a wrong type or size at once, and an unusable
 * phone among them. Other values that are of the right type but make no sense are not refused here:
 * see `interpret`.
 */
export function readSubmission(body: unknown, countries: readonly string[]): LeadSubmission {
  const submission = toSubmission(canonicalise(unwrap(body)));
  const errors = [...wrongFields(submission), ...customFieldErrors(submission.custom_fields)];
  if (errors.length === 0) return submission;
  const phoneIsNamed = errors.some(({ field }) => field === 'phone');
  const phone = phoneIsNamed ? null : readPhone(submission.phone, countries);
  throw validationFailed(phone === null || phone.ok ? errors : [unusablePhone(phone), ...errors]);
}

/**
 * A consent block posted by itself, in any of the known spellings. Throws `validation_failed`
 * unless it proves consent: half a proof would only take the place of a better one.
 */
export function readConsentSubmission(body: unknown): ConsentSubmission {
  if (!isObject(body)) throw validationFailed([notAnObject('must be an object')]);
  const block = Object.assign(new ConsentSubmission(), consentFields(body));
  const wrong = wrongFields(block);
  if (wrong.length > 0) throw validationFailed(wrong);
  const problems = readConsent(block)?.problems ?? [];
  if (problems.length > 0) throw validationFailed(problems.map(consentError));
  return block;
}

function consentError(problem: string): FieldError {
  const missing = problem.endsWith('_missing');
  const field = problem.replace(/_(missing|invalid)$/, '');
  return missing
    ? { field, code: 'required', message: 'is required' }
    : { field, code: 'invalid', message: 'is not usable as evidence' };
}

/**
 * By hand: class-transformer would walk into custom fields too, where a key named `constructor`
 * breaks it, and takes longer than all the rest.
 */
function toSubmission(fields: Fields): LeadSubmission {
  const submission = Object.assign(new LeadSubmission(), fields);
  const { consent } = submission;
  if (isObject(consent)) submission.consent = Object.assign(new ConsentSubmission(), consent);
  return submission;
}

/** A refusal that lists every wrong field. One wrong phone alone has a code of its own (IN-2). */
export function validationFailed(errors: readonly FieldError[]): DomainError {
  const phoneOnly = errors.every((error) => error.field === 'phone');
  return new DomainError(
    'validation',
    phoneOnly ? 'invalid_phone' : 'validation_failed',
    phoneOnly
      ? 'The phone number cannot be used; send a 10-digit US number or E.164, e.g. +15125551212.'
      : 'Some fields cannot be used; each is named in details.',
    { details: errors },
  );
}

/** Webhooks of other platforms wrap the lead as `{event, data: {…}}` (IN-18). */
function unwrap(body: unknown): Fields {
  if (!isObject(body)) {
    throw validationFailed([notAnObject('must be an object with a phone')]);
  }
  const { data } = body;
  if (!isObject(data)) return body;
  return Object.keys(body).some((key) => canonicalField(key) === 'phone') ? body : data;
}

function notAnObject(message: string): FieldError {
  return { field: '(body)', code: 'wrong_type', message };
}

/** A posted key with its value, and which of our fields it is, if any. */
interface Posted {
  readonly key: string;
  readonly value: unknown;
  readonly name: FieldName | null;
}

/**
 * Each field takes the value under its own name, else the first under another name; blank ones do
 * not count. A second value, such as a mobile beside the phone, is kept as a custom field.
 */
function canonicalise(body: Fields): Fields {
  const fields: Fields = {};
  const custom: [string, unknown][] = [];
  const attribution: [string, unknown][] = [];
  const posted = Object.entries(body).map(([key, value]): Posted => {
    return { key, value, name: canonicalField(key) };
  });
  const consent = looseConsent(posted);
  if (consent !== undefined) fields['consent'] = consent;
  for (const { key, value, name } of ownNamesFirst(posted)) {
    if (name === null) {
      if (fields['consent'] !== undefined && looseConsentPart(key) !== null) continue;
      const attributed = canonicalAttribution(key);
      if (attributed === null) custom.push([key, value]);
      else attribution.push([attributed, value]);
      continue;
    }
    const clean = cleaned(value);
    if (clean === null || clean === '') continue;
    if (name in fields) custom.push([key, value]);
    else fields[name] = understood(name, clean);
  }
  adopt(fields, 'custom_fields', custom);
  renameAttribution(fields);
  adopt(fields, 'attribution', attribution);
  splitName(fields);
  placeGeo(fields);
  return fields;
}

/**
 * Flat forms send consent beside the lead's fields; a page address alone is no consent. Only where
 * there is no consent block.
 */
function looseConsent(posted: readonly Posted[]): Fields | undefined {
  if (posted.some(({ name, value }) => name === 'consent' && !isBlank(value))) return undefined;
  const parts = posted.filter(
    ({ key, name, value }) => name === null && looseConsentPart(key) !== null && !isBlank(value),
  );
  const isProof = parts.some(({ key }) => looseConsentPart(key) !== 'source_url');
  if (!isProof) return undefined;
  return consentFields(Object.fromEntries(parts.map(({ key, value }) => [key, value])));
}

function ownNamesFirst(posted: readonly Posted[]): Posted[] {
  return [
    ...posted.filter(({ key, name }) => key === name),
    ...posted.filter(({ key, name }) => key !== name),
  ];
}

function isBlank(value: unknown): boolean {
  return value === null || cleaned(value) === '';
}

function cleaned(value: unknown): unknown {
  return typeof value === 'string' ? cleanText(value) : value;
}

function understood(name: FieldName, value: unknown): unknown {
  if (name === 'consent' && isObject(value)) return consentFields(value);
  return (name === 'phone' || name === 'zip') && typeof value === 'number' ? String(value) : value;
}

function renameAttribution(fields: Fields): void {
  const { attribution } = fields;
  if (!isObject(attribution)) return;
  const entries = Object.entries(attribution);
  fields['attribution'] = Object.fromEntries(
    entries.map(([key, value]) => [canonicalAttribution(key) ?? key, value]),
  );
}

/** The parts we know under our names; what else there is, such as a certificate, as it came. */
function consentFields(block: Fields): Fields {
  const parts: Fields = {};
  const evidence: Fields = {};
  for (const [key, value] of Object.entries(block)) {
    const name = canonicalConsentPart(key);
    const clean = cleaned(value);
    if (clean === null || clean === '') continue;
    if (name === null || name in parts) evidence[key] = value;
    else parts[name] = clean;
  }
  return Object.keys(evidence).length === 0 ? parts : { ...parts, evidence };
}

/** Adds loose keys to an object field, whose own keys win. */
function adopt(fields: Fields, name: string, loose: readonly [string, unknown][]): void {
  if (loose.length === 0) return;
  const own = fields[name];
  if (own !== undefined && own !== null && !isObject(own)) return;
  fields[name] = Object.fromEntries([...loose, ...Object.entries(own ?? {})]);
}

function splitName(fields: Fields): void {
  const { name } = fields;
  delete fields['name'];
  if (name === undefined || name === null) return;
  if (typeof name !== 'string') fields['first_name'] ??= name;
  else {
    const [first, ...rest] = name.trim().split(/\s+/);
    fields['first_name'] ??= first;
    if (rest.length > 0) fields['last_name'] ??= rest.join(' ');
  }
}

/**
 * `geo` is a country if it is one of America’s, else a state. `CA` is both, and taken for both:
 * whoever says nothing else may be in Canada, and is not called on a guess (CO-6); beside a country
 * it is California.
 */
function placeGeo(fields: Fields): void {
  const { geo } = fields;
  delete fields['geo'];
  if (geo === undefined || geo === null) return;
  const isCountry = typeof geo === 'string' && GEO_COUNTRIES.has(readCountry(geo) ?? '');
  if (isCountry) fields['country'] ??= geo;
  if (!isCountry || readState(geo) !== null) fields['state'] ??= geo;
}

function isObject(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function wrongFields(submitted: LeadSubmission | ConsentSubmission): FieldError[] {
  if (keepsDeclaredRules(submitted)) return [];
  const errors = validateSync(submitted, { forbidUnknownValues: false });
  return errors.flatMap((error) => fieldErrors(error));
}

function fieldErrors(error: ValidationError, parent = ''): FieldError[] {
  const field = parent + error.property;
  const own = Object.keys(error.constraints ?? {});
  const [rule] =
    own.includes('maxLength') && own.length > 1 ? own.filter((r) => r !== 'maxLength') : own;
  const children = (error.children ?? []).flatMap((child) => fieldErrors(child, `${field}.`));
  if (rule === undefined) return children;
  const missing = error.value === undefined;
  const message = error.constraints?.[rule] ?? '';
  return [
    {
      field,
      code: missing ? 'required' : rule === 'maxLength' ? 'too_long' : 'wrong_type',
      message: missing
        ? 'is required'
        : (MESSAGES[rule] ?? message.replace(`${error.property} `, '')),
    },
    ...children,
  ];
}

function customFieldErrors(custom: unknown): FieldError[] {
  const count = isObject(custom) ? Object.keys(custom).length : 0;
  if (count <= CUSTOM_FIELDS_MAX) return [];
  return [
    {
      field: 'custom_fields',
      code: 'too_many',
      message: `may have at most ${CUSTOM_FIELDS_MAX} keys, unknown top-level keys included`,
    },
  ];
}
