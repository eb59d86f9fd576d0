import { DomainError } from '#libs/kernel';

/** Not from the provider, or not as it sent it. */
export function signatureInvalid(): DomainError {
  return new DomainError(
    'forbidden',
    'telephony_signature_invalid',
    'The X-Twilio-Signature is missing or does not fit. Check that PUBLIC_BASE_URL is the address ' +
      'the provider calls, and that TWILIO_AUTH_TOKEN is the token of its account.',
  );
}

/** Nobody could have been called, so nobody can report. */
export function telephonyNotConnected(): DomainError {
  return new DomainError(
    'not_found',
    'telephony_not_connected',
    'No telephony provider is connected. Set TWILIO_ACCOUNT_SID and TWILIO_AUTH_TOKEN.',
  );
}
