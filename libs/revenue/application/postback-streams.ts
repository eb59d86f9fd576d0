export { LEAD_PREFIX, leadStream } from '#events/leads';

/** What the names of reports’ streams begin with, for filters on the log. */
export const POSTBACK_PREFIX = 'postback-';

/** What the names of streams of buyers’ feedback on leads begin with. */
export const LEAD_FEEDBACK_PREFIX = 'leadFeedback-';

/** The stream of everything that happens to feedback of a buyer on a lead. */
export function leadFeedbackStream(feedbackId: string): string {
  return `${LEAD_FEEDBACK_PREFIX}${feedbackId}`;
}

/** The stream of everything that happens to a report from a buyer’s platform. */
export function postbackStream(postbackId: string): string {
  return `${POSTBACK_PREFIX}${postbackId}`;
}
