import type { LeadEvent, LeadMode } from '#libs/leads';
import {
  defineProjection,
  defineTable,
  instant,
  integer,
  type Row,
  text,
  upsert,
} from '#libs/read-db';

/** A row per phone that came again as a lead of its own, and mode. */
export const dedupeTable = defineTable({
  columns: {
    tenantId: text(),
    mode: text<LeadMode>(),
    phoneHash: text(),
    latestOrdinal: integer(),
    leadId: text(),
    receivedAt: instant(),
  },
  key: ['tenantId', 'mode', 'phoneHash'],
});

/** What is known of a phone. */
export type DedupeRow = Row<typeof dedupeTable>;

/**
 * Which is the latest lead of a phone that has had more than one?
 *
 * Only a hint where to look: the streams decide, and intake is right without it. It looks at a
 * phone's first lead anyway, so that one, which is nearly every lead, leaves nothing here.
 */
export const dedupeProjection = defineProjection<LeadEvent, typeof dedupeTable>({
  name: 'dedupe',
  version: 2,
  table: dedupeTable,
  on: {
    LeadReceived: ({ data, metadata }) => {
      const { mode, phoneHash, ordinal: latestOrdinal, leadId, receivedAt } = data;
      if (latestOrdinal === 0) return [];
      const key = { tenantId: metadata.tenantId, mode, phoneHash };
      const row = { ...key, latestOrdinal, leadId, receivedAt };
      return upsert(key, (known) => (isLater(known, latestOrdinal) ? known : row));
    },
  },
});

function isLater(known: DedupeRow | undefined, ordinal: number): known is DedupeRow {
  return known !== undefined && known.latestOrdinal > ordinal;
}
