/** One thing that can go wrong, as clients meet it. */
export interface ErrorEntry {
  readonly code: string;
  readonly status: number;
  readonly meaning: string;
  readonly remedy: string;
}

/** What can go wrong with read models, and with moments they are asked of. */
export const readModelErrors: readonly ErrorEntry[] = [
  {
    code: 'projection_not_found',
    status: 404,
    meaning: 'There is no read model of this name.',
    remedy: 'Check the name; GET /api/v1/admin/projections lists the read models.',
  },
  {
    code: 'build_not_found',
    status: 404,
    meaning: 'The read model has no such build, or it was dropped.',
    remedy: 'Check the number; GET /api/v1/admin/projections/{name} lists the builds.',
  },
  {
    code: 'projection_request_not_found',
    status: 404,
    meaning: 'Nothing was asked about read models under this id.',
    remedy: 'Use the id that the request was answered with.',
  },
  {
    code: 'dead_letter_not_found',
    status: 404,
    meaning: 'No event of this build waits, or was skipped, under this key.',
    remedy: 'List the dead letters of the read model; it may have been applied meanwhile.',
  },
  {
    code: 'projection_request_refused',
    status: 409,
    meaning: 'The read model is not in a state for that. The message says why.',
    remedy: 'Do what the message says; GET /api/v1/admin/projections shows the states.',
  },
  {
    code: 'as_of_in_future',
    status: 422,
    meaning: 'The moment asked for is not over. The message says where the present is.',
    remedy: 'Ask as of a moment that is over, or leave it out.',
  },
  {
    code: 'read_model_behind',
    status: 503,
    meaning:
      'What is asked for does not show the position of waitFor, or the moment asked for, yet.',
    remedy: 'Ask again in a moment. A lead or a postback read by its id is always as of now.',
  },
  {
    code: 'position_unknown',
    status: 503,
    meaning: 'The event store is of a version that does not tell the positions asked for.',
    remedy: 'Ask as of an instant.',
  },
];
