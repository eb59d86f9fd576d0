import { DomainError, type FieldError } from '#libs/kernel';

/** What was asked of a target does not hold together; names every field. */
export function invalidTarget(details: readonly FieldError[]): DomainError {
  const fields = [...new Set(details.map(({ field }) => field))].join(', ');
  const message = `Correct ${fields} and send the request again.`;
  return new DomainError('validation', 'validation_failed', message, { details });
}

/** There is no such target for this tenant. */
export function postbackTargetNotFound(): DomainError {
  return new DomainError(
    'not_found',
    'postback_target_not_found',
    'There is no postback target with this id. List the targets to find it.',
  );
}

/** There is no such delivery for this tenant. */
export function postbackDeliveryNotFound(): DomainError {
  return new DomainError(
    'not_found',
    'postback_delivery_not_found',
    'There is no postback delivery with this id. List the deliveries to find it.',
  );
}

/** A removed target was to be tried or given another secret. */
export function postbackTargetRemoved(): DomainError {
  return new DomainError(
    'illegal_state',
    'postback_target_removed',
    'The target was removed and gets nothing any more. Create a new one.',
  );
}

/** The command was run before, and the secret of the target it made is not known any more. */
export function postbackTargetAlreadyCreated(targetId: string): DomainError {
  return new DomainError(
    'conflict',
    'postback_target_already_created',
    `This request created target ${targetId} before, and its secret is shown only once. ` +
      'Rotate it if the secret was lost.',
    { details: { targetId } },
  );
}

/** The tenant has as many targets as it may. */
export function tooManyPostbackTargets(max: number): DomainError {
  return new DomainError(
    'illegal_state',
    'postback_targets_exhausted',
    `There are ${max} postback targets already. Delete one that is not needed.`,
    { details: { max } },
  );
}
