import { DomainError, type FieldError } from '#libs/kernel';

/** What was asked of a token or an alias map does not hold together; names every field. */
export function invalidFields(details: readonly FieldError[]): DomainError {
  return new DomainError(
    'validation',
    'validation_failed',
    `Correct ${details.map((error) => error.field).join(', ')} and send the request again.`,
    { details },
  );
}

/** There is no such token for this tenant; another tenant's token looks exactly the same. */
export function postbackTokenNotFound(): DomainError {
  return new DomainError(
    'not_found',
    'postback_token_not_found',
    'There is no postback token with this id. List the tokens to find it.',
  );
}

/** A revoked token was to be changed or rotated. */
export function postbackTokenRevoked(): DomainError {
  return new DomainError(
    'illegal_state',
    'postback_token_revoked',
    'The token was revoked and cannot be changed. Create a new one.',
  );
}

/** The command was run before, and the text of the token it made is not known any more. */
export function postbackTokenAlreadyCreated(tokenId: string): DomainError {
  return new DomainError(
    'conflict',
    'postback_token_already_created',
    `This request created token ${tokenId} before, and its text is shown only once. ` +
      'Rotate it if the text was lost.',
    { details: { tokenId } },
  );
}
