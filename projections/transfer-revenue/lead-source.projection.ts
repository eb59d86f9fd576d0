import type { LeadEvent, LeadMode } from '#events/leads';
import { defineProjection, defineTable, insert, nullable, type Row, text } from '#libs/read-db';

/** A row per lead. */
export const leadSourceTable = defineTable({
  columns: {
    tenantId: text(),
    leadId: text(),
    mode: text<LeadMode>(),
    source: nullable(text()),
  },
  key: ['tenantId', 'leadId'],
});

/** Where a lead came from. */
export type LeadSourceRow = Row<typeof leadSourceTable>;

/**
 * Where did each lead come from, for the money it led to?
 *
 * Calls and reports do not say it, and a handler sees only rows that its event names; so revenue by
 * source is asked of both tables of this folder, and depends on no read model of others.
 */
export const leadSourceProjection = defineProjection<LeadEvent, typeof leadSourceTable>({
  name: 'lead_source',
  version: 1,
  table: leadSourceTable,
  on: {
    LeadReceived: ({ metadata: { tenantId }, data: { leadId, mode, source } }) =>
      insert({ tenantId, leadId, mode, source }),
  },
});
