import { DomainError } from '#libs/kernel';

/** There is no such lead for this tenant; another tenant's lead looks exactly the same. */
export function leadNotFound(): DomainError {
  return new DomainError(
    'not_found',
    'lead_not_found',
    'There is no lead with this id. Check the id and that the key belongs to the same account.',
  );
}

/** A command that makes sense only for a lead that exists met none. */
export function leadNotReceived(): DomainError {
  return new DomainError(
    'illegal_state',
    'lead_not_received',
    'Nothing can happen to a lead before it was received.',
  );
}
