import { apiKeyProjection } from '#projections/api-key';
import { dedupeProjection } from '#projections/dedupe';
import { leadListProjection } from '#projections/lead-list';
import { postbackInboxProjection } from '#projections/postback-inbox';
import { revenueLedgerProjection } from '#projections/revenue-ledger';
import { speedToLeadProjection } from '#projections/speed-to-lead';
import { suppressionProjection } from '#projections/suppression';
import { leadSourceProjection, transferRevenueProjection } from '#projections/transfer-revenue';
import { type Projection } from '#libs/read-db';

/** Every read model that is kept up to date. A new projection is a line here. */
export const liveProjections: readonly Projection[] = [
  apiKeyProjection,
  dedupeProjection,
  leadListProjection,
  leadSourceProjection,
  postbackInboxProjection,
  revenueLedgerProjection,
  speedToLeadProjection,
  suppressionProjection,
  transferRevenueProjection,
];
