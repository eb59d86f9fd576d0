/**
 * Sent with every response. One fixed object instead of a middleware: the api answers JSON, which
 * nothing may frame, sniff, cache or run.
 */
export function securityHeaders(publicBaseUrl: string | null): Readonly<Record<string, string>> {
  return Object.freeze({
    'cache-control': 'no-store',
    'content-security-policy': "default-src 'none'; frame-ancestors 'none'",
    'cross-origin-resource-policy': 'same-origin',
    'referrer-policy': 'no-referrer',
    'x-content-type-options': 'nosniff',
    'x-frame-options': 'DENY',
    ...(publicBaseUrl?.startsWith('https://') === true && {
      'strict-transport-security': 'max-age=31536000; includeSubDomains',
    }),
  });
}
