import { type DomainErrorKind, DomainError, type ErrorDetails } from '#libs/kernel';
import { HttpException } from '@nestjs/common';
import { HttpRefusal } from './http-refusal.js';

/** What a failed request is answered with. */
export interface ErrorAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: {
    readonly error: { readonly code: string; readonly message: string; details: ErrorDetails };
  };
}

/** The one HTTP status of each kind of refusal. */
export const STATUS_BY_KIND: Readonly<Record<DomainErrorKind, number>> = {
  validation: 422,
  unauthorized: 401,
  forbidden: 403,
  not_found: 404,
  conflict: 409,
  illegal_state: 409,
  too_large: 413,
  unsupported: 415,
  rate_limited: 429,
  unavailable: 503,
};

const RETRY_AFTER_SECONDS = 2;

/** The answer to whatever was thrown; what nobody foresaw says nothing of the inside. */
export function errorAnswer(
  error: unknown,
  requestId: string,
  bodyLimitBytes = BODY_LIMIT_BYTES,
): ErrorAnswer {
  if (error instanceof DomainError) return domainAnswer(error);
  if (error instanceof HttpRefusal) {
    return answer(error.status, error.code, error.message, error.details, error.headers);
  }
  const refusal = ofFramework(error, bodyLimitBytes);
  if (refusal !== null) return errorAnswer(refusal, requestId);
  return answer(
    500,
    'internal_error',
    'Something went wrong on our side. Report the request id if it stays.',
    { request_id: requestId },
  );
}

function domainAnswer({ kind, code, message, details }: DomainError): ErrorAnswer {
  return answer(STATUS_BY_KIND[kind], code, message, details, headersOf(kind, details));
}

function headersOf(kind: DomainErrorKind, details: ErrorDetails): Record<string, string> {
  if (kind === 'unauthorized') return { 'www-authenticate': 'Bearer realm="leadledger"' };
  const told = 'retry_after_seconds' in details ? details['retry_after_seconds'] : null;
  if (typeof told === 'number') return { 'retry-after': String(Math.max(1, Math.ceil(told))) };
  return kind === 'unavailable' ? { 'retry-after': String(RETRY_AFTER_SECONDS) } : {};
}

function answer(
  status: number,
  code: string,
  message: string,
  details: ErrorDetails,
  headers: Readonly<Record<string, string>> = {},
): ErrorAnswer {
  return { status, headers, body: { error: { code, message, details } } };
}

/** Refusals of the HTTP framework, in our words; `null` for anything else. */
function ofFramework(error: unknown, bodyLimitBytes: number): HttpRefusal | DomainError | null {
  const cause = error instanceof HttpException ? (error.cause ?? error) : error;
  const { code, statusCode } = cause as { code?: unknown; statusCode?: unknown };
  if (code === 'FST_ERR_CTP_BODY_TOO_LARGE') return payloadTooLarge(bodyLimitBytes);
  if (code === 'FST_ERR_CTP_INVALID_MEDIA_TYPE') return unsupportedMediaType();
  const status = error instanceof HttpException ? error.getStatus() : statusCode;
  return typeof status === 'number' && status >= 400 && status < 500 ? badRequest() : null;
}

/** The most a body may hold, in bytes. */
export const BODY_LIMIT_BYTES = 32 * 1024;

function payloadTooLarge(limitBytes: number): DomainError {
  return new DomainError(
    'too_large',
    'payload_too_large',
    `The body may hold ${limitBytes} bytes; send less in one request.`,
    { details: { limit_bytes: limitBytes } },
  );
}

/** The body is in a form that nobody here can read. */
export function unsupportedMediaType(): DomainError {
  return new DomainError(
    'unsupported',
    'unsupported_media_type',
    'Send application/json or application/x-www-form-urlencoded in UTF-8, uncompressed, and say so in Content-Type.',
  );
}

/** A request that is not good HTTP, or not an address of ours. */
export function badRequest(
  message = 'The request is not well-formed HTTP; correct it.',
): HttpRefusal {
  return new HttpRefusal(400, 'bad_request', message);
}
