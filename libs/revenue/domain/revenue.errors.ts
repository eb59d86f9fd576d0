import { DomainError } from '#libs/kernel';

/** There is no such transfer of this lead; another tenant's looks exactly the same. */
export function transferNotFound(): DomainError {
  return new DomainError(
    'not_found',
    'transfer_not_found',
    'There is no transfer with this id. Check the id and that the key belongs to the same account.',
  );
}

/** A person matched a report that counts for another transfer of the same lead. */
export function postbackMatchedElsewhere(transferId: string): DomainError {
  return new DomainError(
    'conflict',
    'postback_matched_elsewhere',
    'This report counts for another transfer. Unlink it there first.',
    { details: { transfer_id: transferId } },
  );
}
