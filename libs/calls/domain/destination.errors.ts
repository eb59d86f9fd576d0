import { DomainError } from '#libs/kernel';

/** There is no such destination, or it is another tenant's. */
export function destinationNotFound(): DomainError {
  return new DomainError(
    'not_found',
    'destination_not_found',
    'There is no destination with this id. List the destinations to find it.',
  );
}

/** A retired destination stays as it is. */
export function destinationRetired(): DomainError {
  return new DomainError(
    'illegal_state',
    'destination_retired',
    'This destination is retired and cannot be changed. Add another one.',
  );
}

/** The id was given to another destination before. */
export function destinationExists(): DomainError {
  return new DomainError(
    'conflict',
    'destination_exists',
    'There is a destination with this id, and it is configured otherwise. Change that one.',
  );
}

/** What a change was made of is not what stands there any more. */
export function destinationChangedMeanwhile(): DomainError {
  return new DomainError(
    'conflict',
    'destination_changed',
    'Somebody else changed this destination at the same time; send the change again.',
  );
}
