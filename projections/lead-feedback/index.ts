export { leadFeedbackProjection, type LeadFeedbackRow } from './lead-feedback.projection.js';
export { type FeedbackFilter, listFeedback } from './lead-feedback.queries.js';
