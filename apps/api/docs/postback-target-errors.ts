import { type ErrorEntry } from './read-model-errors.js';

/** What can go wrong with targets that are told what came of calls. */
export const postbackTargetErrors: readonly ErrorEntry[] = [
  {
    code: 'postback_target_not_found',
    status: 404,
    meaning: 'There is no postback target with this id in this account.',
    remedy: 'Check the id; GET /v1/postback-targets lists the targets.',
  },
  {
    code: 'postback_delivery_not_found',
    status: 404,
    meaning: 'There is no postback delivery with this id in this account.',
    remedy: 'Check the id; GET /v1/postback-deliveries lists the deliveries.',
  },
  {
    code: 'postback_target_removed',
    status: 409,
    meaning: 'The postback target was removed and gets nothing any more.',
    remedy: 'Create a new target.',
  },
  {
    code: 'postback_target_already_created',
    status: 409,
    meaning: 'The same request created the target before, and its secret is shown only once.',
    remedy: 'Rotate the secret if it was lost.',
  },
  {
    code: 'postback_targets_exhausted',
    status: 409,
    meaning: 'The account has as many postback targets as it may; details.max says how many.',
    remedy: 'Delete a target that is not needed.',
  },
];
