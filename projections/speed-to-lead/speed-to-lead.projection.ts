import type { LeadEvent, LeadMode } from '#libs/leads';
import {
  bigInteger,
  defineProjection,
  defineTable,
  insert,
  instant,
  nullable,
  type ProjectedEvent,
  type Row,
  text,
  update,
} from '#libs/read-db';

/** A row per lead. */
export const speedToLeadTable = defineTable({
  columns: {
    tenantId: text(),
    leadId: text(),
    mode: text<LeadMode>(),
    source: nullable(text()),
    receivedAt: instant(),
    /** When it was first known whether the lead may be dialed. */
    firstVerdictAt: nullable(instant()),
    /** From receipt to that. */
    firstVerdictMs: nullable(bigInteger()),
    /** When the lead might first be dialed: from here on the time to the first call is ours. */
    firstDialableAt: nullable(instant()),
    /** From receipt to that. */
    firstDialableMs: nullable(bigInteger()),
  },
  key: ['tenantId', 'leadId'],
  indexes: [['tenantId', 'receivedAt']],
});

/** How fast one lead became fit to be called. */
export type SpeedToLeadRow = Row<typeof speedToLeadTable>;

/**
 * How long after its receipt could each lead be dialed?
 *
 * Consent that arrives late and checks that are repeated make a lead dialable later; what happens
 * to it after the first time does not count.
 */
export const speedToLeadProjection = defineProjection<LeadEvent, typeof speedToLeadTable>({
  name: 'speed_to_lead',
  version: 1,
  table: speedToLeadTable,
  on: {
    LeadReceived: (event) => {
      const { mode, source, receivedAt, verdict } = event.data;
      const unjudged = { ...keyOf(event), mode, source, receivedAt, ...neverJudged };
      if (verdict === null) return insert(unjudged);
      return insert(judged(unjudged, receivedAt, verdict.eligible));
    },
    LeadFoundEligible: (event) =>
      update(keyOf(event), (row) => judged(row, event.data.assessedAt, true)),
    LeadFoundIneligible: (event) =>
      update(keyOf(event), (row) => judged(row, event.data.assessedAt, false)),
  },
});

const neverJudged = {
  ...{ firstVerdictAt: null, firstVerdictMs: null },
  ...{ firstDialableAt: null, firstDialableMs: null },
};

function keyOf(event: ProjectedEvent<LeadEvent>) {
  return { tenantId: event.metadata.tenantId, leadId: event.data.leadId };
}

/** The row after a verdict; the same one if it was not the first of its kind. */
function judged(row: SpeedToLeadRow, at: string, eligible: boolean): SpeedToLeadRow {
  const isFirst = row.firstVerdictAt === null || (eligible && row.firstDialableAt === null);
  if (!isFirst) return row;
  const ms = msBetween(row.receivedAt, at);
  return {
    ...row,
    ...(row.firstVerdictAt === null && { firstVerdictAt: at, firstVerdictMs: ms }),
    ...(eligible && row.firstDialableAt === null && { firstDialableAt: at, firstDialableMs: ms }),
  };
}

/** Never below zero: two processes dated the two, and their clocks may differ a little. */
function msBetween(from: string, to: string): bigint {
  return BigInt(Math.max(0, Date.parse(to) - Date.parse(from)));
}
