import type { LeadEvent, LeadMode } from '#libs/leads';
import {
  defineProjection,
  defineTable,
  insert,
  instant,
  integer,
  type Row,
  text,
  upsert,
} from '#libs/read-db';

/** A row per phone and mode. */
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
 * Which is the latest lead of a phone?
 *
 * Only a hint where to look: the streams decide, and intake is right without it.
 */
export const dedupeProjection = defineProjection<LeadEvent, typeof dedupeTable>({
  name: 'dedupe',
  version: 1,
  table: dedupeTable,
  on: {
    LeadReceived: ({ data, metadata }) => {
      const key = { tenantId: metadata.tenantId, mode: data.mode, phoneHash: data.phoneHash };
      const { ordinal: latestOrdinal, leadId, receivedAt } = data;
      const row = { ...key, latestOrdinal, leadId, receivedAt };
      if (latestOrdinal === 0) return insert(row);
      return upsert(key, (known) => (isLater(known, latestOrdinal) ? known : row));
    },
  },
});

function isLater(known: DedupeRow | undefined, ordinal: number): known is DedupeRow {
  return known !== undefined && known.latestOrdinal > ordinal;
}
