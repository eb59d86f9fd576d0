import { type FieldError } from '#libs/kernel';
import { type Alias } from '../postback-settings.events.js';
import { invalidFields } from '../postback-settings.errors.js';
import { ALIAS_FIELDS, isAliasField, KEY_LENGTH_MAX, normaliseKey } from './alias-map.js';
import { NEVER_CALLER, NEVER_DURATION } from './built-in-aliases.js';

/** Additions a tenant may have. */
export const ALIASES_MAX = 200;

const CALLER_FIELDS: readonly unknown[] = ['caller', 'caller_if_phone'];
const DURATION_FIELDS: readonly unknown[] = [
  ...['duration_seconds', 'duration_ms', 'duration_minutes', 'total_seconds'],
];
const neverCaller = new Set(NEVER_CALLER.map(normaliseKey));
const neverDuration = new Set(NEVER_DURATION.map(normaliseKey));
/** The secret in the address of every report; it must not be read into anything. */
const RESERVED = 'token';

/**
 * A tenant’s additions to the alias map, `[{ field, name }]` with a word of {@link ALIAS_FIELDS}
 * and a name as senders spell it. Refuses all that is wrong at once (`validation_failed`): unknown
 * words, empty names, one name twice, and names that never mean what is claimed.
 */
export function readAliases(input: unknown): Alias[] {
  if (!Array.isArray(input)) throw invalidFields([wrong('aliases', 'invalid', 'Give a list.')]);
  if (input.length > ALIASES_MAX) {
    const message = `Give ${ALIASES_MAX} at most.`;
    throw invalidFields([wrong('aliases', 'too_many', message)]);
  }
  const seen = new Set<string>();
  const errors: FieldError[] = [];
  const aliases = input.map((item: unknown, index) => {
    const alias = partsOf(item);
    const error = errorOf(alias, `aliases[${index}]`, seen);
    if (error !== null) errors.push(error);
    return { field: textOf(alias.field), name: textOf(alias.name).trim() };
  });
  if (errors.length > 0) throw invalidFields(errors);
  return aliases;
}

interface Parts {
  readonly field: unknown;
  readonly name: unknown;
}

/** Anything else is refused; not everything can be made a text of. */
function textOf(value: unknown): string {
  return typeof value === 'string' ? value : '';
}

function partsOf(item: unknown): Parts {
  if (typeof item !== 'object' || item === null) return { field: null, name: null };
  return { field: 'field' in item ? item.field : null, name: 'name' in item ? item.name : null };
}

function errorOf({ field, name }: Parts, at: string, seen: Set<string>): FieldError | null {
  if (!isAliasField(field)) {
    return wrong(`${at}.field`, 'unknown_field', `Give one of ${ALIAS_FIELDS.join(', ')}.`);
  }
  if (typeof name !== 'string' || name.length > KEY_LENGTH_MAX || normaliseKey(name) === '') {
    return wrong(`${at}.name`, 'invalid_length', `Give 1 to ${KEY_LENGTH_MAX} characters.`);
  }
  const key = normaliseKey(name.trim());
  if (seen.has(key)) return wrong(`${at}.name`, 'clash', 'The name is in the list already.');
  seen.add(key);
  return neverMeans(field, key) ? wrong(`${at}.name`, 'never_means_this', NEVER) : null;
}

const NEVER = 'The name never means this: it is a dialed number, a threshold, a wait or the token.';

function neverMeans(field: string, key: string): boolean {
  if (key === RESERVED) return true;
  if (CALLER_FIELDS.includes(field)) return neverCaller.has(key) && key !== 'inboundnumber';
  return DURATION_FIELDS.includes(field) && neverDuration.has(key);
}

function wrong(field: string, code: string, message: string): FieldError {
  return { field, code, message };
}
