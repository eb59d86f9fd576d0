export { speedToLeadProjection, type SpeedToLeadRow } from './speed-to-lead.projection.js';
export { type SourceSpeed, speedBySource, type SpeedPeriod } from './speed-to-lead.queries.js';
