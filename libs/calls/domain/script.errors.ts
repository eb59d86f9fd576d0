import { DomainError } from '#libs/kernel';

/** There is no such script, or version of it, for this tenant; another tenant's looks the same. */
export function scriptNotFound(): DomainError {
  return new DomainError(
    'not_found',
    'script_not_found',
    'There is no script with this id, or it has no such version. List the scripts to find its id.',
  );
}

/** A retired script takes no further versions. */
export function scriptRetired(): DomainError {
  return new DomainError(
    'illegal_state',
    'script_retired',
    'The script was retired and takes no further versions. Create a new script.',
  );
}

/** Who dials by a script has to be given another one first. */
export function scriptInUse(): DomainError {
  return new DomainError(
    'conflict',
    'script_in_use',
    'The dialing settings of this account name this script: consumers hear it when they are ' +
      'called. Name another one there (PUT /v1/dialing, script_id), then retire this one.',
  );
}
