import { DomainError } from '#libs/kernel';

/** The file is not the CSV it should be; the message says where and what to do. */
export function csvInvalid(message: string): DomainError {
  return new DomainError('validation', 'csv_invalid', message);
}

/** The mapping cannot be used; `code` says which of its rules it breaks. */
export function mappingInvalid(code: string, message: string): DomainError {
  return new DomainError('validation', code, message);
}

/** There is no such import for this tenant; another tenant's looks exactly the same. */
export function importNotFound(): DomainError {
  return new DomainError(
    'not_found',
    'import_not_found',
    'There is no import with this id. List the imports of the account with GET /v1/imports.',
  );
}
