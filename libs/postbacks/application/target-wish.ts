import { type FieldError } from '#libs/kernel';
import { type AddressRules, type UrlProblem, urlProblem } from '#libs/outbound';
import { isToldWhen } from '../domain/call-news.js';
import { emptyChoices, unknownFields } from '../domain/concerned.js';
import { MACRO_NAMES } from '../domain/macros.js';
import { type PostbackTargetSettings } from '../domain/postback-target.events.js';
import { invalidTarget } from '../domain/postbacks.errors.js';
import { unknownInAddress, unknownMacros } from '../domain/template.js';
import { type TargetTemplates } from './target-book.js';

/** What a target is asked for with. */
export interface TargetWish extends TargetTemplates {
  readonly settings: Omit<PostbackTargetSettings, 'host'>;
}

const LABEL_LENGTH_MAX = 100;
const URL_LENGTH_MAX = 2_000;
const FIELDS_MAX = 50;
const FIELD_LENGTH_MAX = 500;

const URL_MESSAGES: Readonly<Record<UrlProblem, string>> = {
  invalid: 'Give an absolute address, without a macro in its host.',
  not_https: 'Give an https address.',
  has_credentials: 'Give an address without user name and password.',
  forbidden_address: 'Give an address in the public Internet.',
};

/** Throws `validation_failed` with everything that is wrong with a wish for a target. */
export function assertFittingTarget(wish: TargetWish, rules: AddressRules): void {
  const errors = [
    ...[...labelErrors(wish), ...urlErrors(wish, rules)],
    ...[...fieldErrors(wish), ...payoutErrors(wish), ...filterErrors(wish)],
  ];
  if (errors.length > 0) throw invalidTarget(errors);
}

function labelErrors({ settings: { label } }: TargetWish): FieldError[] {
  if (label.trim() !== '' && label.length <= LABEL_LENGTH_MAX) return [];
  const message = `Give a label of 1 to ${LABEL_LENGTH_MAX} characters.`;
  return [{ field: 'label', code: 'invalid_length', message }];
}

function urlErrors({ url }: TargetWish, rules: AddressRules): FieldError[] {
  if (url.length > URL_LENGTH_MAX) {
    const message = `Give an address of at most ${URL_LENGTH_MAX} characters.`;
    return [{ field: 'url', code: 'invalid_length', message }];
  }
  const problem = urlProblem(url, rules);
  if (problem === null) return macroErrors('url', unknownInAddress(url));
  return [{ field: 'url', code: problem, message: URL_MESSAGES[problem] }];
}

function fieldErrors({ fields, settings: { method } }: TargetWish): FieldError[] {
  if (fields === null) return [];
  if (method === 'GET') {
    const message = 'A GET request has no body. Put the macros into the address.';
    return [{ field: 'fields', code: 'not_with_get', message }];
  }
  const entries = Object.entries(fields);
  const fitting = entries.length > 0 && entries.length <= FIELDS_MAX && entries.every(isShort);
  if (fitting)
    return entries.flatMap(([name, value]) => macroErrors(`fields.${name}`, unknownMacros(value)));
  const message =
    `Give 1 to ${FIELDS_MAX} fields: a name and a text with macros each, ` +
    `of at most ${FIELD_LENGTH_MAX} characters.`;
  return [{ field: 'fields', code: 'invalid', message }];
}

function payoutErrors({ settings: { fireOn, payout } }: TargetWish): FieldError[] {
  if (payout === null || isToldWhen('over', { fireOn })) return [];
  const message =
    'There is no payout before a call is over. Leave it out, or choose another fire_on.';
  return [{ field: 'payout', code: 'not_with_fire_on', message }];
}

function filterErrors({ settings: { filter } }: TargetWish): FieldError[] {
  if (filter === null) return [];
  return [
    ...unknownFieldErrors(unknownFields(filter)),
    ...emptyChoices(filter, 'filter').map(emptyChoiceError),
  ];
}

function unknownFieldErrors(unknown: readonly string[]): FieldError[] {
  if (unknown.length === 0) return [];
  const message =
    `Not known of a call: ${unknown.join(', ')}. Known are lead.source, and tags such as ` +
    'lead.campaign.utm_source and lead.campaign.campaign.';
  return [{ field: 'filter', code: 'unknown_field', message }];
}

function emptyChoiceError(field: string): FieldError {
  const message = 'Give a rule: an "or" without one never holds, so nothing would be told.';
  return { field, code: 'never_holds', message };
}

function isShort([name, value]: readonly [string, unknown]): boolean {
  const isText = typeof value === 'string' && value.length <= FIELD_LENGTH_MAX;
  return isText && name.length > 0 && name.length <= FIELD_LENGTH_MAX;
}

function macroErrors(field: string, unknown: readonly string[]): FieldError[] {
  if (unknown.length === 0) return [];
  const message = `Unknown: ${unknown.join(', ')}. Known macros are ${MACRO_NAMES.join(', ')}.`;
  return [{ field, code: 'unknown_macro', message }];
}
