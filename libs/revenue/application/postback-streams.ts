export { LEAD_PREFIX, leadStream } from '#events/leads';

/** What the names of reports’ streams begin with, for filters on the log. */
export const POSTBACK_PREFIX = 'postback-';

/** The stream of everything that happens to a report from a buyer’s platform. */
export function postbackStream(postbackId: string): string {
  return `${POSTBACK_PREFIX}${postbackId}`;
}
