import { callingErrors } from './calling-errors.js';
import { postbackTargetErrors } from './postback-target-errors.js';
import { type ErrorEntry, readModelErrors } from './read-model-errors.js';
import { revenueErrors } from './revenue-errors.js';

const everydayErrors: readonly ErrorEntry[] = [
  {
    code: 'malformed_json',
    status: 400,
    meaning: 'The body is not JSON. details.offset says where it stops being JSON.',
    remedy: 'Correct the body; let a library write it.',
  },
  {
    code: 'forbidden_key',
    status: 400,
    meaning: 'The body has a key that could change a program, such as __proto__.',
    remedy: 'Remove the key.',
  },
  {
    code: 'body_too_deep',
    status: 400,
    meaning: 'The body is nested more than 32 levels deep, or a form field more than 8.',
    remedy: 'Flatten it.',
  },
  {
    code: 'form_field_conflict',
    status: 400,
    meaning: 'One form field is used both as a value and as a group of fields.',
    remedy: 'Rename one of them.',
  },
  {
    code: 'key_in_query_string',
    status: 400,
    meaning: 'The address carries an API key, where logs would keep it.',
    remedy: 'Send the key in the Authorization header, and rotate it.',
  },
  {
    code: 'bad_request',
    status: 400,
    meaning: 'The request is not well-formed HTTP.',
    remedy: 'Correct the address, the lengths or the headers.',
  },
  {
    code: 'unauthorized',
    status: 401,
    meaning: 'There is no API key, or not one of ours.',
    remedy: 'Send Authorization: Bearer with a valid key.',
  },
  {
    code: 'key_revoked',
    status: 401,
    meaning: 'The key was revoked.',
    remedy: 'Use another key.',
  },
  {
    code: 'key_expired',
    status: 401,
    meaning: 'The key has expired, or was replaced and its overlap is over.',
    remedy: 'Use its successor.',
  },
  {
    code: 'forbidden_scope',
    status: 403,
    meaning: 'The key lacks the scope in details.scope.',
    remedy: 'Use a key that has it.',
  },
  {
    code: 'forbidden_key_kind',
    status: 403,
    meaning: 'Only intake keys may call /v1.',
    remedy: 'Use an intake key.',
  },
  {
    code: 'route_not_found',
    status: 404,
    meaning: 'There is nothing at this address.',
    remedy: 'See /docs.',
  },
  {
    code: 'lead_not_found',
    status: 404,
    meaning:
      'There is no lead with this id, or it is not yours, or it was not there at that moment.',
    remedy: 'Check the id, and which account the key belongs to.',
  },
  {
    code: 'suppression_not_found',
    status: 404,
    meaning: 'There is no such entry on the suppression list.',
    remedy: 'List the entries to find its id.',
  },
  {
    code: 'import_not_found',
    status: 404,
    meaning: 'There is no import with this id in this account.',
    remedy: 'Check the id; GET /v1/imports lists the imports.',
  },
  {
    code: 'method_not_allowed',
    status: 405,
    meaning: 'The address exists, but not for this method; Allow names those it has.',
    remedy: 'Use one of them.',
  },
  {
    code: 'request_timeout',
    status: 408,
    meaning: 'The body did not arrive within 4.5 seconds. Nothing was done.',
    remedy: 'Send the same request again, faster.',
  },
  {
    code: 'idempotency_in_progress',
    status: 409,
    meaning: 'The first request with this Idempotency-Key has not been answered yet.',
    remedy: 'Wait as long as Retry-After says, then send it again.',
  },
  {
    code: 'concurrent_change',
    status: 409,
    meaning: 'Others kept changing the same record at the same time.',
    remedy: 'Send the request again.',
  },
  {
    code: 'person_erased',
    status: 409,
    meaning: 'This person’s data was erased on request; nothing can be added.',
    remedy: 'None: this is final.',
  },
  {
    code: 'too_many_imports',
    status: 409,
    meaning: 'Twenty imports of this account are still under way.',
    remedy: 'Wait for one to finish, then send the file again.',
  },
  {
    code: 'payload_too_large',
    status: 413,
    meaning: 'The body holds more than 32 KiB, or that of a postback more than 64 KiB.',
    remedy: 'Send less in one request.',
  },
  {
    code: 'event_too_large',
    status: 413,
    meaning: 'What the request would record is too large.',
    remedy: 'Send less in one request.',
  },
  {
    code: 'unsupported_media_type',
    status: 415,
    meaning:
      'The body is neither JSON nor a form, is compressed or not in UTF-8, or Content-Type does not say so.',
    remedy: 'Send application/json or application/x-www-form-urlencoded, as plain UTF-8.',
  },
  {
    code: 'validation_failed',
    status: 422,
    meaning: 'Some fields cannot be used; details names each with its own code.',
    remedy: 'Correct them all, then send the request again.',
  },
  {
    code: 'invalid_phone',
    status: 422,
    meaning: 'The phone is missing or is no phone number; everything else is fine.',
    remedy: 'Send a 10-digit US number or E.164.',
  },
  {
    code: 'invalid_cursor',
    status: 422,
    meaning: 'The cursor was not given out by this list.',
    remedy: 'Use next_cursor of the page before, unchanged.',
  },
  {
    code: 'idempotency_key_invalid',
    status: 422,
    meaning: 'The Idempotency-Key is not 1 to 255 visible ASCII characters.',
    remedy: 'Use a UUID.',
  },
  {
    code: 'idempotency_key_reuse',
    status: 422,
    meaning: 'The Idempotency-Key was used with another body in the last 30 days.',
    remedy: 'Use a new key for a new request.',
  },
  {
    code: 'csv_invalid',
    status: 422,
    meaning: 'The file is not CSV throughout, or has no rows. The message names the line.',
    remedy: 'Correct the file; nothing of it was imported.',
  },
  {
    code: 'phone_column_missing',
    status: 422,
    meaning: 'No column is known to hold the phone. The message lists the columns.',
    remedy: 'Map phone to one of them, or add a header row.',
  },
  {
    code: 'unknown_field',
    status: 422,
    meaning: 'The mapping names a field that does not exist. The message lists the fields.',
    remedy: 'Use one of them; columns mapped to none are kept as custom fields.',
  },
  {
    code: 'unknown_column',
    status: 422,
    meaning: 'The mapping names a column the file does not have. The message lists the columns.',
    remedy: 'Use one of them.',
  },
  {
    code: 'column_mapped_twice',
    status: 422,
    meaning: 'The mapping gives one column two uses.',
    remedy: 'Keep one of them.',
  },
  {
    code: 'too_many_custom_fields',
    status: 422,
    meaning: 'More than 100 columns fill no field.',
    remedy: 'Map or ignore some of them.',
  },
  {
    code: 'rate_limited',
    status: 429,
    meaning: 'The allowance of this minute is used up.',
    remedy: 'Wait as long as Retry-After says.',
  },
  {
    code: 'internal_error',
    status: 500,
    meaning: 'Something went wrong on our side; details.request_id identifies the request.',
    remedy: 'Send the same request again; report the id if it stays.',
  },
  {
    code: 'event_store_unavailable',
    status: 503,
    meaning: 'The event store did not answer in time, so nothing was acknowledged.',
    remedy: 'Send the same request again after Retry-After.',
  },
  {
    code: 'database_unavailable',
    status: 503,
    meaning: 'The database did not answer in time.',
    remedy: 'Send the same request again after Retry-After.',
  },
  {
    code: 'data_keys_unavailable',
    status: 503,
    meaning: 'The keys that protect personal data cannot be reached; nothing was stored.',
    remedy: 'Send the same request again after Retry-After.',
  },
  {
    code: 'tenant_secret_missing',
    status: 503,
    meaning: 'The account’s identity key is missing from this database.',
    remedy: 'Operators: restore table tenant_secret from a backup.',
  },
  {
    code: 'authentication_busy',
    status: 503,
    meaning: 'The key could not be checked just now.',
    remedy: 'Send the same request again after Retry-After.',
  },
  {
    code: 'timeout_upstream',
    status: 503,
    meaning: 'The answer took longer than 4.5 seconds. Whether it was carried out is not known.',
    remedy: 'Send the same request again; with an Idempotency-Key it cannot happen twice.',
  },
];

/** Every code the api answers with, by status. A code is permanent; its message is not. */
export const errorCatalogue: readonly ErrorEntry[] = [
  ...everydayErrors,
  ...callingErrors,
  ...revenueErrors,
  ...postbackTargetErrors,
  ...readModelErrors,
].toSorted((a, b) => a.status - b.status);
