import { type ErrorEntry } from './read-model-errors.js';

/** What can go wrong with calls and everything they are configured by. */
export const callingErrors: readonly ErrorEntry[] = [
  {
    code: 'destination_not_found',
    status: 404,
    meaning: 'There is no destination with this id in this account.',
    remedy: 'Check the id; GET /v1/destinations lists them.',
  },
  {
    code: 'destination_changed',
    status: 409,
    meaning: 'Somebody else changed the destination at the same time.',
    remedy: 'Send the change again; it is then made of what stands there now.',
  },
  {
    code: 'destination_retired',
    status: 409,
    meaning: 'The destination is retired and cannot be changed, paused or resumed.',
    remedy: 'Add another one.',
  },
  {
    code: 'destination_exists',
    status: 409,
    meaning: 'The id of the destination to add is that of another one.',
    remedy: 'Send the request with another Idempotency-Key.',
  },
  {
    code: 'caller_id_taken',
    status: 422,
    meaning: 'A number to call from is in use by another account of this installation.',
    remedy: 'The number is in details; name numbers of your own in calling_numbers.',
  },
  {
    code: 'too_many_paused_sources',
    status: 409,
    meaning: 'A thousand sources are paused already.',
    remedy: 'Resume some of them, or stop dialing altogether.',
  },
  {
    code: 'call_not_found',
    status: 404,
    meaning: 'There is no call with this id in this account.',
    remedy: 'Check the id; GET /v1/calls lists the calls.',
  },
  {
    code: 'script_not_found',
    status: 404,
    meaning: 'There is no script with this id in this account, or it has no such version.',
    remedy: 'Check the id; GET /v1/scripts lists the scripts.',
  },
  {
    code: 'script_retired',
    status: 409,
    meaning: 'The script was retired and takes no further versions.',
    remedy: 'Create a new script.',
  },
  {
    code: 'script_in_use',
    status: 409,
    meaning: 'The script to retire is the one that the dialing settings name.',
    remedy: 'Name another one with PUT /v1/dialing, then retire this one.',
  },
  {
    code: 'telephony_signature_invalid',
    status: 403,
    meaning: 'A telephony webhook is not signed, or not by the connected account.',
    remedy:
      'Set PUBLIC_BASE_URL to the address the provider calls, and TWILIO_AUTH_TOKEN to its token.',
  },
  {
    code: 'telephony_not_connected',
    status: 404,
    meaning: 'A telephony webhook came, but no provider is connected.',
    remedy: 'Set TWILIO_ACCOUNT_SID and TWILIO_AUTH_TOKEN.',
  },
  {
    code: 'telephony_report_unreadable',
    status: 422,
    meaning: 'A telephony webhook lacks a field, or it has a form nobody knows.',
    remedy: 'The field is in details; nothing was changed.',
  },
  {
    code: 'agent_token_invalid',
    status: 403,
    meaning: 'The outcome of a conversation came without the token of its call.',
    remedy: 'Send the token that was handed to the agent with this very call.',
  },
  {
    code: 'call_not_with_agent',
    status: 409,
    meaning: 'The call is over, or its script has no agent of your own.',
    remedy: 'Nothing is left to report but an opt-out, which counts after the end, too; stop.',
  },
];
