import { DomainError } from '#libs/kernel';

/** A command about the telephone met a lead that was never received. */
export function leadNotCallable(): DomainError {
  return new DomainError(
    'illegal_state',
    'lead_not_callable',
    'Nobody can be called for a lead that was not received.',
  );
}

/** A webhook or query named a call that is not there; another tenant’s call looks the same. */
export function callNotFound(): DomainError {
  return new DomainError(
    'not_found',
    'call_not_found',
    'There is no call with this id. Check the id and that the key belongs to the same account.',
  );
}
