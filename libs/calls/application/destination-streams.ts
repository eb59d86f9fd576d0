/** What the names of destinations’ streams begin with, for filters on the log. */
export const DESTINATION_PREFIX = 'destination-';
/** What the names of the streams of their caps begin with; not the same beginning. */
export const DESTINATION_USAGE_PREFIX = 'destinationUsage-';

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/;

/** Whether a text may name a destination. */
export function isDestinationId(text: string): boolean {
  return UUID.test(text);
}

/** The stream of a destination’s configuration. */
export function destinationStream(destinationId: string): string {
  return `${DESTINATION_PREFIX}${destinationId}`;
}

/**
 * The stream of who uses a destination’s caps; apart from its configuration, for it is far busier.
 */
export function destinationUsageStream(destinationId: string): string {
  return `${DESTINATION_USAGE_PREFIX}${destinationId}`;
}
