import { DomainError } from '#libs/kernel';

/** There is no read model of this name. */
export function projectionNotFound(name: string): DomainError {
  return new DomainError(
    'not_found',
    'projection_not_found',
    `There is no read model ${name}. GET /api/v1/admin/projections lists them.`,
  );
}

/** The read model has no such build, or none any more. */
export function buildNotFound(name: string, build: string | number): DomainError {
  return new DomainError(
    'not_found',
    'build_not_found',
    `There is no build ${build} of ${name}. GET /api/v1/admin/projections/${name} lists them.`,
  );
}

/** Nobody asked for anything under this id. */
export function requestNotFound(id: string): DomainError {
  return new DomainError(
    'not_found',
    'projection_request_not_found',
    `Nothing was asked under the id ${id}. Use the id that the request was answered with.`,
  );
}

/** Nothing waits, or was skipped, under this key. */
export function deadLetterNotFound(key: string): DomainError {
  return new DomainError(
    'not_found',
    'dead_letter_not_found',
    `There is no dead letter under ${key}. GET …/dead-letters lists those there are.`,
  );
}

/** The worker looked at what was asked and would not do it; `sentence` says why and what to do. */
export function requestRefused(sentence: string): DomainError {
  return new DomainError('illegal_state', 'projection_request_refused', sentence);
}
