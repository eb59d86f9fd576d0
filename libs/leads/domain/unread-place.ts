interface Warned {
  readonly warnings: readonly { readonly code: string }[];
}

/** What intake warns of where somebody said where the consumer is, and it could not be read. */
const UNREAD: ReadonlySet<string> = new Set(['state_not_understood', 'country_not_understood']);

/**
 * Whether a state or country came with the lead that nobody could read: the consumer may then be
 * anywhere, which is not the same as that nothing was said (CO-6, unknown is blocked). Told by the
 * warnings, which its receipt has had from the beginning. An unread ZIP code is told by itself.
 */
export function isPlaceUnread({ warnings }: Warned): boolean {
  return warnings.some(({ code }) => UNREAD.has(code));
}
