import { type ErrorEntry } from './read-model-errors.js';

/** What can go wrong with reports of buyers, and with what is made of them. */
export const revenueErrors: readonly ErrorEntry[] = [
  {
    code: 'postback_token_not_found',
    status: 404,
    meaning: 'There is no postback token with this id in this account.',
    remedy: 'Check the id; GET /v1/postback-tokens lists the tokens.',
  },
  {
    code: 'transfer_not_found',
    status: 404,
    meaning: 'There is no transfer with this id in this account.',
    remedy: 'Check the id; GET /v1/transfers lists the transfers.',
  },
  {
    code: 'postback_matched_elsewhere',
    status: 409,
    meaning: 'The report counts for another transfer of the lead.',
    remedy: 'Unlink it there first.',
  },
  {
    code: 'postback_token_revoked',
    status: 409,
    meaning: 'The postback token was revoked and cannot be changed or rotated.',
    remedy: 'Create a new one.',
  },
  {
    code: 'postback_token_already_created',
    status: 409,
    meaning: 'A request with this Idempotency-Key made a token before, whose text is not kept.',
    remedy: 'Rotate that token if its text was lost.',
  },
];
