import { isCalendarDay } from '#libs/leads';
import { ValidateBy } from 'class-validator';

/** Years that every part of the system can hold. */
const INSTANT =
  /^(?:19|2\d)\d{2}-\d{2}-\d{2}(T\d{2}:\d{2}(:\d{2}(\.\d{1,9})?)?(Z|[+-]\d{2}:\d{2}))?$/;

/** Whether a text is an instant: a date, or a date and time with a zone (ISO-8601). */
export function isInstant(value: unknown): value is string {
  if (typeof value !== 'string' || !INSTANT.test(value)) return false;
  return isCalendarDay(value.slice(0, 10)) && !Number.isNaN(Date.parse(value));
}

/** The field holds an instant, {@link isInstant}. */
export function IsInstant(): PropertyDecorator {
  const defaultMessage = () => 'must be ISO-8601 with a zone, e.g. 2026-07-05T12:00:00Z';
  return ValidateBy({ name: 'isInstant', validator: { validate: isInstant, defaultMessage } });
}

/** The field holds text of at most `max` characters, and none that no database can store. */
export function IsText(max: number): PropertyDecorator {
  const validate = (value: unknown) => isStorable(value, max) && value.length > 0;
  const defaultMessage = () => `must be text of 1 to ${max} characters`;
  return ValidateBy({ name: 'isText', validator: { validate, defaultMessage } });
}

/** The field says why something is done, in 500 characters at most: blanks say nothing. */
export function IsReason(): PropertyDecorator {
  const validate = (value: unknown) => isStorable(value, 500) && value.trim() !== '';
  const defaultMessage = () => 'must be text of 1 to 500 characters, and more than blanks';
  return ValidateBy({ name: 'isText', validator: { validate, defaultMessage } });
}

function isStorable(value: unknown, max: number): value is string {
  return (
    typeof value === 'string' &&
    value.length <= max &&
    value.isWellFormed() &&
    !value.includes('\0')
  );
}

/**
 * The field holds text of at most `max` characters, or nothing at all, which asks for what has
 * none.
 */
export function IsTextOrNone(max: number): PropertyDecorator {
  const validate = (value: unknown) => isStorable(value, max);
  const defaultMessage = () => `must be text of up to ${max} characters`;
  return ValidateBy({ name: 'isText', validator: { validate, defaultMessage } });
}

const INT8_MAX = 2n ** 63n - 1n;

/** Whether a text is a place in the log or in a stream: a whole number of 63 bits. */
export function isPosition(value: unknown): value is string {
  return typeof value === 'string' && /^\d{1,19}$/.test(value) && BigInt(value) <= INT8_MAX;
}

/** The field holds a position, {@link isPosition}. */
export function IsPosition(): PropertyDecorator {
  const defaultMessage = () => 'must be a position as X-Leadledger-Position gave it';
  return ValidateBy({ name: 'matches', validator: { validate: isPosition, defaultMessage } });
}
