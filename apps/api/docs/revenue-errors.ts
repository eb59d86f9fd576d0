import { type ErrorEntry } from './read-model-errors.js';

/** What can go wrong with reports of buyers’ platforms and what they are read by. */
export const revenueErrors: readonly ErrorEntry[] = [
  {
    code: 'postback_undecodable',
    status: 400,
    meaning: 'A postback says it is JSON and is not. It was stored; details.postback_id names it.',
    remedy: 'Correct the body and send it again.',
  },
  {
    code: 'postback_token_invalid',
    status: 401,
    meaning: 'A postback came without a token, or with one that is unknown, revoked or replaced.',
    remedy: 'Send a valid token: in the address, as a field, or in the Authorization header.',
  },
  {
    code: 'postback_not_found',
    status: 404,
    meaning: 'There is no postback with this id in this account.',
    remedy: 'Check the id; GET /v1/postbacks lists the postbacks.',
  },
  {
    code: 'transfer_not_found',
    status: 404,
    meaning: 'There is no transfer with this id in this account.',
    remedy: 'Check the id; GET /v1/transfers lists the transfers.',
  },
  {
    code: 'postback_token_not_found',
    status: 404,
    meaning: 'There is no postback token with this id in this account.',
    remedy: 'Check the id; GET /v1/postback-tokens lists the tokens.',
  },
  {
    code: 'postback_matched_elsewhere',
    status: 409,
    meaning: 'The postback counts for the transfer in details.transfer_id.',
    remedy:
      'To link it, unlink it there first. To confirm it, or unlink it, look at that transfer, then name it.',
  },
  {
    code: 'postback_matched',
    status: 409,
    meaning: 'The postback counts for a transfer, so it cannot be ignored.',
    remedy: 'Unlink it first, then ignore it.',
  },
  {
    code: 'postback_not_matched',
    status: 409,
    meaning: 'The postback counts for no transfer, so there is nothing to unlink or to confirm.',
    remedy: 'Link it to the transfer that it is about, or ignore it if it is about none.',
  },
  {
    code: 'postback_is_feedback',
    status: 409,
    meaning: 'The id is that of feedback on a lead, which counts for no transfer.',
    remedy: 'Nothing: it finds its lead by itself. GET /v1/postbacks/{id} shows it.',
  },
  {
    code: 'postback_token_revoked',
    status: 409,
    meaning: 'The postback token was revoked and cannot be changed or rotated.',
    remedy: 'Create a new token.',
  },
  {
    code: 'postback_token_already_created',
    status: 409,
    meaning: 'The same request created the token before, and its text is shown only once.',
    remedy: 'Rotate the token if its text was lost.',
  },
  {
    code: 'statement_not_understood',
    status: 422,
    meaning: 'No column of a statement is known.',
    remedy: 'Begin a CSV file with the names of its columns, or name them in aliases.',
  },
  {
    code: 'statement_too_long',
    status: 422,
    meaning: 'A statement has more lines than details.lines_max.',
    remedy: 'Import a shorter period of it at a time.',
  },
  {
    code: 'statement_period_too_long',
    status: 422,
    meaning: 'More transfers than details.transfers_max took place in the period of a statement.',
    remedy: 'Import a shorter part of the period.',
  },
  {
    code: 'statement_currency_differs',
    status: 409,
    meaning:
      'The statement was brought in before in another currency, which details.currency names.',
    remedy: 'Send it in that currency or without; rows in others say so in a column.',
  },
];
