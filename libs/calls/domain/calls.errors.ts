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

/** Whoever reports the outcome of a conversation was not handed it. */
export function agentTokenInvalid(): DomainError {
  return new DomainError(
    'forbidden',
    'agent_token_invalid',
    'The token does not belong to this call. Send the one that was handed over with the call.',
  );
}

/** The call is over, or the built-in script speaks: no agent has anything to say about it. */
export function callNotWithAgent(): DomainError {
  return new DomainError(
    'illegal_state',
    'call_not_with_agent',
    'The call is over, or no agent was asked to speak on it. There is nothing to report.',
  );
}

/** The api does not answer: a call that is placed now would be silent. It is tried again. */
export function voiceUnavailable(): DomainError {
  return new DomainError(
    'unavailable',
    'voice_unavailable',
    'The api that gives calls their voice does not answer. Nobody is dialed until it does.',
  );
}
