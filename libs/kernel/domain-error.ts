/** What kind of refusal an error is; the api maps each kind to one HTTP status. */
export type DomainErrorKind =
  | 'validation'
  | 'unauthorized'
  | 'forbidden'
  | 'not_found'
  | 'conflict'
  | 'illegal_state'
  | 'too_large'
  | 'unsupported'
  | 'rate_limited'
  | 'unavailable';

/** One wrong field. `received` is left out where the value is personal or secret. */
export interface FieldError {
  readonly field: string;
  readonly code: string;
  readonly message: string;
  readonly received?: string;
}

/** Small, non-personal facts beside an error. */
export type ErrorDetails =
  readonly FieldError[] | Readonly<Record<string, string | number | boolean | null>>;

/**
 * A refusal with a permanent `code` (snake_case, the one the API shows) and a `kind`.
 *
 * Callers and tests match on the code, never on the message; the message tells a person what to
 * do next. It knows nothing of HTTP. `cause` is for the log and never leaves the process.
 */
export class DomainError extends Error {
  override readonly name = 'DomainError';
  readonly code: string;
  readonly kind: DomainErrorKind;
  readonly details: ErrorDetails;

  constructor(
    kind: DomainErrorKind,
    code: string,
    message: string,
    options: { readonly details?: ErrorDetails; readonly cause?: unknown } = {},
  ) {
    super(message, { cause: options.cause });
    this.kind = kind;
    this.code = code;
    this.details = options.details ?? {};
  }
}
