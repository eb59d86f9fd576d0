import { DomainError } from '#libs/kernel';

/** There is no such key for this tenant; another tenant's key looks exactly the same. */
export function apiKeyNotFound(): DomainError {
  return new DomainError(
    'not_found',
    'api_key_not_found',
    'There is no API key with this id. List the keys of the tenant to find it.',
  );
}

/** A revoked key was to be changed. */
export function apiKeyRevoked(): DomainError {
  return new DomainError(
    'illegal_state',
    'api_key_revoked',
    'The key was revoked and cannot be rotated. Create a new one.',
  );
}

/** A key past its end was to be rotated. */
export function apiKeyExpired(): DomainError {
  return new DomainError(
    'illegal_state',
    'api_key_expired',
    'The key has expired and cannot be rotated. Create a new one.',
  );
}

/** A key can have one successor only. */
export function apiKeyAlreadyRotated(successorKeyId: string): DomainError {
  return new DomainError(
    'conflict',
    'api_key_already_rotated',
    `The key was rotated already. Rotate its successor ${successorKeyId} instead.`,
    { details: { successorKeyId } },
  );
}

/** The command was run before, and the text of the key it made is not known any more. */
export function apiKeyAlreadyCreated(keyId: string): DomainError {
  return new DomainError(
    'conflict',
    'api_key_already_created',
    `This request created key ${keyId} before, and its text is shown only once. ` +
      'Revoke it and create another if the text was lost.',
    { details: { keyId } },
  );
}

/** A key that may run the whole installation was wished for by one of its tenants. */
export function operatorScopeReserved(): DomainError {
  return new DomainError(
    'forbidden',
    'operator_scope_reserved',
    'Only the command line makes operators’ keys: keys create --scope operator.',
  );
}
