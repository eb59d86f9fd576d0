import { apiKeyProjection } from '#projections/api-key';
import { dedupeProjection } from '#projections/dedupe';
import { leadListProjection } from '#projections/lead-list';
import { scriptListProjection } from '#projections/script-list';
import { speedToLeadProjection } from '#projections/speed-to-lead';
import { suppressionProjection } from '#projections/suppression';
import { type Projection } from '#libs/read-db';

/** Every read model that is kept up to date. A new projection is a line here. */
export const liveProjections: readonly Projection[] = [
  apiKeyProjection,
  dedupeProjection,
  leadListProjection,
  scriptListProjection,
  speedToLeadProjection,
  suppressionProjection,
];
