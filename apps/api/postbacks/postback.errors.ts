import { DomainError } from '#libs/kernel';
import { HttpRefusal } from '../http/errors/http-refusal.js';

/** No token, or none of ours, or one that was revoked or replaced. */
export function postbackTokenInvalid(): DomainError {
  return new DomainError(
    'unauthorized',
    'postback_token_invalid',
    'Send a valid postback token: ?token=pb_… in the address, a field token, or Authorization: Bearer.',
  );
}

/** The report is kept all the same. */
export function postbackUndecodable(postbackId: string): HttpRefusal {
  return new HttpRefusal(
    400,
    'postback_undecodable',
    'The body is not JSON, as it says. It was stored as it came; correct it and send it again.',
    { details: { postback_id: postbackId } },
  );
}
