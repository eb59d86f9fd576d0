/** The status codes of gRPC that this server answers with. */
export const GRPC_CODES = {
  ok: 0,
  cancelled: 1,
  invalid_argument: 3,
  not_found: 5,
  permission_denied: 7,
  resource_exhausted: 8,
  failed_precondition: 9,
  aborted: 10,
  unimplemented: 12,
  internal: 13,
  unavailable: 14,
} as const;

export type GrpcCode = keyof typeof GRPC_CODES;

/**
 * How a call ends. The trailers besides code and message tell clients which of their errors it is.
 */
export interface GrpcStatus {
  readonly code: GrpcCode;
  readonly message?: string;
  readonly trailers?: Readonly<Record<string, string>>;
}

export const OK: GrpcStatus = { code: 'ok' };

/** Ends a call with a status when thrown by its handler. */
export class GrpcError extends Error {
  constructor(readonly status: GrpcStatus) {
    super(status.message);
    this.name = 'GrpcError';
  }
}

/** Header values are ASCII: everything else is percent-encoded, as gRPC does for its messages. */
function encodeHeaderValue(text: string): string {
  return text.replace(/[^ -$&-~]+/g, (part) =>
    Array.from(Buffer.from(part), (byte) => `%${byte.toString(16).padStart(2, '0')}`)
      .join('')
      .toUpperCase(),
  );
}

/** The HTTP/2 trailers of a status. */
export function statusHeaders(status: GrpcStatus): Record<string, string> {
  const headers: Record<string, string> = { 'grpc-status': String(GRPC_CODES[status.code]) };
  if (status.message !== undefined) headers['grpc-message'] = encodeHeaderValue(status.message);
  for (const [name, value] of Object.entries(status.trailers ?? {})) {
    headers[name] = encodeHeaderValue(value);
  }
  return headers;
}
