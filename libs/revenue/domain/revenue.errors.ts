import { DomainError } from '#libs/kernel';

/** There is no such transfer of this lead; another tenant's looks exactly the same. */
export function transferNotFound(): DomainError {
  return new DomainError(
    'not_found',
    'transfer_not_found',
    'There is no transfer with this id. Check the id and that the key belongs to the same account.',
  );
}

/** A person linked, unlinked or confirmed a report, that counts for another transfer. */
export function postbackMatchedElsewhere(
  wish: 'link' | 'unlink' | 'confirm',
  transferId: string,
): DomainError {
  const next = {
    link: 'Unlink it there first, then link it here.',
    unlink: 'Look at that one: unlink the report from it if it is wrong there, too.',
    confirm: 'Look at that one: confirm it if it is right, else unlink the report.',
  };
  return new DomainError(
    'conflict',
    'postback_matched_elsewhere',
    `This report counts for another transfer (details.transfer_id). ${next[wish]}`,
    { details: { transfer_id: transferId } },
  );
}

/** There is no such report; another tenant's looks exactly the same. */
export function postbackNotFound(): DomainError {
  return new DomainError(
    'not_found',
    'postback_not_found',
    'There is no postback with this id. Check the id and that the key belongs to the same account.',
  );
}

/**
 * What a buyer says of a lead counts for no transfer: it cannot be matched, taken off or ignored.
 */
export function postbackIsFeedback(): DomainError {
  return new DomainError(
    'illegal_state',
    'postback_is_feedback',
    'This is feedback on a lead, not a report on a call. It finds its lead by itself.',
  );
}

/** A report that counts for no transfer was to be taken off one, or its match to be confirmed. */
export function postbackNotMatched(wish: 'unlink' | 'confirm'): DomainError {
  const next = {
    unlink: 'there is nothing to unlink. Ignore it if it is about no transfer.',
    confirm: 'there is no match to confirm. Link it to the transfer that it is about.',
  };
  return new DomainError(
    'illegal_state',
    'postback_not_matched',
    `This report counts for no transfer, so ${next[wish]}`,
  );
}

/** A report that counts for a transfer was to be ignored. */
export function postbackMatched(transferId: string): DomainError {
  return new DomainError(
    'illegal_state',
    'postback_matched',
    'This report counts for a transfer. Unlink it first, then ignore it.',
    { details: { transfer_id: transferId } },
  );
}
