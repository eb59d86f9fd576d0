import { apiKeyProjection } from '#projections/api-key';
import { callListProjection } from '#projections/call-list';
import { dedupeProjection } from '#projections/dedupe';
import { destinationListProjection } from '#projections/destination-list';
import { destinationUsageProjection } from '#projections/destination-usage';
import { dialQueueProjection } from '#projections/dial-queue';
import { leadFeedbackProjection } from '#projections/lead-feedback';
import { leadListProjection } from '#projections/lead-list';
import { scriptListProjection } from '#projections/script-list';
import { speedToLeadProjection } from '#projections/speed-to-lead';
import { statementListProjection } from '#projections/statement-list';
import { suppressionProjection } from '#projections/suppression';
import { transferMatchingProjection } from '#projections/transfer-matching';
import { postbackInboxProjection } from '#projections/postback-inbox';
import { postbackDeliveriesProjection } from '#projections/postback-deliveries';
import { revenueLedgerProjection } from '#projections/revenue-ledger';
import { transferRevenueProjection } from '#projections/transfer-revenue';
import { type Projection } from '#libs/read-db';

/** Every read model that is kept up to date. A new projection is a line here. */
export const liveProjections: readonly Projection[] = [
  apiKeyProjection,
  callListProjection,
  dedupeProjection,
  destinationListProjection,
  destinationUsageProjection,
  dialQueueProjection,
  leadFeedbackProjection,
  leadListProjection,
  scriptListProjection,
  speedToLeadProjection,
  statementListProjection,
  suppressionProjection,
  transferMatchingProjection,
  postbackInboxProjection,
  postbackDeliveriesProjection,
  revenueLedgerProjection,
  transferRevenueProjection,
];
